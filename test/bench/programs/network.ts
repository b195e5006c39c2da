/**
 * The sandbox in a process of its own: `node network.ts WORLD FOLDER`, a World in JSON. Beside the network, whose port it
 * tells its parent, it has a port at which whoever says the name of a file of the folder is sent that file.
 */
import { createReadStream } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { systemClock } from "../../../collector/network/messenger/system-clock.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { accountsOf, NEWCOMER, WATCHER, type World } from "../worlds.ts";

const PICTURE = encodeURIComponent(
  '<msnobj Creator="somebody@example.com" Size="24539" Type="3" Location="TFR2C2.tmp" Friendly="AAA=" SHA1D="trC8SlFx2sWQxZMIBAWSEnXc8oQ=" SHA1C="U32o6bosZzluJq82eAtMpx5dIEI="/>',
);

const [world = "{}", folder = "."] = process.argv.slice(2);
const { kind, people } = JSON.parse(world) as World;
const accounts = accountsOf({ kind, people });
const server = new SandboxServer({ clock: systemClock, accounts });
if (kind === "crowd") for (const one of accounts) if (one.address !== WATCHER && one.address !== NEWCOMER) bring(one);

const files = createServer((socket) => {
  socket.once("data", (name) => createReadStream(join(folder, basename(String(name).trim()))).pipe(socket));
  socket.on("error", () => socket.destroy());
});
files.listen(0, "127.0.0.1", async () => {
  const { port } = await listen(server, 0);
  process.send?.({ port, files: (files.address() as AddressInfo).port });
});
// Whatever it is asked, it answers with the CPU time that it has taken so far.
process.on("message", () => process.send?.(process.cpuUsage()));
// The bench may be ended at any moment, and takes its network with it.
process.on("disconnect", () => process.exit());

/** Somebody is signed in, at the far end of nothing. */
function bring({ address }: AccountSpec): void {
  const events = server.acceptNotification({ write: () => undefined, end: () => undefined, destroy: () => undefined });
  const words = [
    "VER 1 MSNP12 CVR0",
    `CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.5.0324 MSMSGS ${address}`,
    `USR 3 TWN I ${address}`,
    `USR 4 TWN S ${server.tickets.issue(address).ticket}`,
    `CHG 5 NLN 1342177312 ${PICTURE}`,
  ];
  events.data(Buffer.from(`${words.join("\r\n")}\r\n`));
}
