import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";

test("rollcall sandbox says how to sign in, and whoever trusts its certificate reaches it by HTTPS", async () => {
  const file = join(tempFolder(), "ca.pem");
  const cli = new Cli(["sandbox", "--port", "0", "--tls-ca", file, "--account", "me@x.org:secret"]);
  const [, port = ""] = await cli.says(/sandbox listening on 127\.0\.0\.1:(\d+)/);
  await cli.says(/you can sign in as me@x\.org with "secret"/);
  await cli.says(new RegExp(`account add you@sandbox\\.example --server 127\\.0\\.0\\.1:${port}$`, "m"));
  await cli.says(new RegExp(`http://127\\.0\\.0\\.1:${port}/gateway/gateway\\.dll`));
  const ca = readFileSync(file, "utf8");
  expect(ca).toMatch(/-----END CERTIFICATE-----\n$/);
  const http = createHttpClient({ ca });
  const nexus = await http({ method: "GET", url: `https://localhost:${port}/rdr/pprdr.asp`, headers: {} });
  expect(nexus.headers.passporturls).toBe(`DALogin=https://127.0.0.1:${port}/login`);
  for await (const piece of nexus.body) expect(Buffer.from(piece).toString()).toBe("200: OK");
  http.close();
  expect((await cli.stop()).code).toBe(0);
});

test("a certificate that cannot be written is one line, and nothing is opened", async () => {
  const file = join(tempFolder(), "missing", "ca.pem");
  expect(await runCli(["sandbox", "--port", "0", "--tls-ca", file])).toEqual({
    code: 1,
    out: "",
    err: [`rollcall: cannot write the certificate to ${file} (ENOENT): check the folder and its rights`],
  });
});
