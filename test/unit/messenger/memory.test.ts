import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { TicketsParts } from "../../../collector/network/messenger/auth/tickets.ts";
import { emptyMemory, placeOf, ticketsOf } from "../../../collector/network/messenger/memory.ts";
import { servicesOf } from "../../../collector/network/messenger/services.ts";

const SERVER = { host: "127.0.0.1", port: 1863 };
const http = () => Promise.reject(new Error("nobody asks"));
const parts: TicketsParts = {
  http,
  clock: { nowMs: () => 0 },
  services: servicesOf(SERVER),
  credentials: { address: "anna@example.com", password: "open sesame" },
};

test("tickets are kept until the password or the place where they come from is another", () => {
  const memory = emptyMemory();
  const tickets = ticketsOf(memory, parts);
  expect(ticketsOf(memory, { ...parts, services: servicesOf(SERVER) })).toBe(tickets);
  const changed = { ...parts, credentials: { ...parts.credentials, password: "shut sesame" } };
  expect(ticketsOf(memory, changed)).not.toBe(tickets);
  expect(ticketsOf(memory, parts)).not.toBe(tickets);
  const moved = { ...parts, services: servicesOf(SERVER, { rst: "https://127.0.0.1/RST.srf" }) };
  expect(ticketsOf(memory, moved)).not.toBe(ticketsOf(memory, parts));
});

test("whoever prints a memory sees no password", () => {
  const memory = emptyMemory();
  ticketsOf(memory, parts);
  placeOf(memory);
  for (const printed of [JSON.stringify(memory), inspect(memory, { depth: 10, showHidden: true })]) {
    expect(printed).toContain("(tickets)");
    expect(printed).not.toContain("sesame");
  }
});
