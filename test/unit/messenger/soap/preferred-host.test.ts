import { expect, test } from "vitest";
import { HttpFailure } from "../../../../collector/network/messenger/net/http.ts";
import { SoapError } from "../../../../collector/network/messenger/soap/call.ts";
import { preferredUrl, ServiceHost } from "../../../../collector/network/messenger/soap/preferred-host.ts";

const AB = "https://contacts.msn.com/abservice/abservice.asmx";

test.each([
  [AB, "omega.contacts.msn.com", "https://omega.contacts.msn.com/abservice/abservice.asmx"],
  [AB, "omega.contacts.msn.com:444", "https://omega.contacts.msn.com:444/abservice/abservice.asmx"],
  ["https://contacts.msn.com:444/a", "omega.contacts.msn.com", "https://omega.contacts.msn.com/a"],
  ["http://127.0.0.1:1863/a", "127.0.0.1:28473", "http://127.0.0.1:28473/a"],
  ["https://[::1]:1863/a", "[::1]:28473", "https://[::1]:28473/a"],
])("%s goes on at %s", (url, host, next) => {
  expect(preferredUrl(url, host)).toBe(next);
});

test.each([
  [AB, undefined],
  [AB, ""],
  [AB, "127.0.0.1:28473"],
  [AB, "localhost"],
  [AB, "[::1]"],
  // Another spelling of this machine.
  [AB, "0x7f.1"],
  [AB, "http://omega.contacts.msn.com"],
  [AB, "me:secret@omega.contacts.msn.com"],
  [AB, "omega.contacts.msn.com/elsewhere"],
  [AB, "omega.contacts.msn.com:99999"],
  [AB, "two words"],
  ["http://127.0.0.1:1863/a", "omega.contacts.msn.com"],
])("%s does not go on at %s", (url, host) => {
  expect(preferredUrl(url, host)).toBe(url);
});

test("a service is asked where it wants to be, until it is not there", async () => {
  const service = new ServiceHost(AB);
  const asked: string[] = [];
  const ask = (preferredHost?: string, error?: Error) => (url: string) => {
    asked.push(new URL(url).host);
    return error && url !== AB ? Promise.reject(error) : Promise.resolve({ preferredHost });
  };
  await service.ask(ask("omega.msn.com"));
  await service.ask(ask());
  await service.ask(ask(undefined, new HttpFailure("nobody there")));
  await service.ask(ask());
  expect(asked).toEqual(["contacts.msn.com", "omega.msn.com", "omega.msn.com", "contacts.msn.com", "contacts.msn.com"]);
});

test("what the service itself says counts wherever it says it", async () => {
  const service = new ServiceHost(AB);
  await service.ask(async () => ({ preferredHost: "omega.msn.com" }));
  const fault = new SoapError("fault", { code: "Odd" }, "no");
  let times = 0;
  const ask = async () => {
    times++;
    throw fault;
  };
  await expect(service.ask(ask)).rejects.toBe(fault);
  expect(times).toBe(1);
});
