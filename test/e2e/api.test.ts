/** The API as a program sees it: through the gate, with a token. */
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { openApi } from "../../dashboard/api/openapi.ts";
import { OPERATIONS } from "../../dashboard/api/operations.ts";
import { Access } from "../../db/access/access.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { sidewaysPixels } from "./looks.ts";
import { type SampleDashboard, withSampleDashboard } from "./sample-dashboard.ts";

let here: SampleDashboard;
let token: string | undefined;

withSampleDashboard("rollcall.db", (given) => {
  here = given;
});

beforeAll(() => {
  token = undefined;
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  if (token === undefined) {
    const access = new Access(dirname(here.sample.path));
    token = access.addToken("a test", "read", Date.now());
    access.close();
  }
  const headers = { Authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  return fetch(`${here.dashboard.origin}/api/v1${path}`, { ...init, headers });
}

function concrete(path: string): string {
  const id = path.startsWith("/accounts/") ? 1 : here.sample.contactId("anna@example.com");
  // The one question that has to be told whom it is about.
  const words = path === "/timeline" ? `?contacts=${id}` : "";
  return path.replace("{id}", String(id)) + words;
}

test.each(OPERATIONS.map(({ path }) => path))("%s answers as its schema says", async (path) => {
  const { answer } = OPERATIONS.find((one) => one.path === path) as (typeof OPERATIONS)[number];
  const response = await ask(concrete(path));
  const body: unknown = await response.json();
  expect([response.status, (answer as z.ZodType).safeParse(body).error]).toEqual([200, undefined]);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

describe("what is answered", () => {
  const json = async <Body>(path: string) => (await (await ask(path)).json()) as Body;
  interface Part {
    from_ms: number;
    to_ms: number;
    status: string;
  }

  test("stretches and days add up to their range, and unknown time is in no denominator", async () => {
    const anna = `/contacts/${here.sample.contactId("anna@example.com")}`;
    const { from_ms, to_ms, stretches } = await json<Part & { stretches: Part[] }>(`${anna}/stretches`);
    const sum = (parts: readonly Part[]) => parts.reduce((all, part) => all + part.to_ms - part.from_ms, 0);
    expect(sum(stretches)).toBe(to_ms - from_ms);
    const observed = stretches.filter(({ status }) => status !== "unknown");
    expect(observed.length).toBeLessThan(stretches.length);
    const range = `from=${new Date(from_ms).toISOString()}&to=${new Date(to_ms).toISOString()}`;
    const { days } = await json<{ days: { observed_ms: number }[] }>(`${anna}/days?${range}`);
    expect(days.reduce((all, day) => all + day.observed_ms, 0)).toBe(sum(observed));
  });

  test("everyone now is what the page Now says, and somebody is known", async () => {
    const ids = async (path: string) =>
      (await json<{ states: { contact_id: number; status: string }[] }>(path)).states.map((one) => [
        one.contact_id,
        one.status,
      ]);
    const now = await ids("/now");
    expect(now.some(([, status]) => status !== "unknown")).toBe(true);
    expect(await ids("/states")).toEqual(now);
  });

  test("what is probably the server's doing, and the time without it", async () => {
    const { sample } = here;
    const mass = { kind: "mass-change" as const, accountId: 1, contacts: 8, ofContacts: 9 };
    const away = Date.now() - 1_000;
    sample.change("anna@example.com", "available", away);
    sample.change("anna@example.com", "offline", away + 1);
    sample.append({ ...mass, way: "gone", fromMs: away, toMs: away + 2 });
    sample.change("anna@example.com", "busy", away + 4);
    sample.append({ ...mass, way: "came", fromMs: away + 3, toMs: away + 5 });
    sample.prove(away + 10);
    const { mass_changes } = await json<{ mass_changes: unknown[] }>("/accounts/1/mass-changes");
    expect(mass_changes).toEqual([
      { from_ms: away, to_ms: away + 2, way: "gone", contacts: 8, of_contacts: 9 },
      { from_ms: away + 3, to_ms: away + 5, way: "came", contacts: 8, of_contacts: 9 },
    ]);
    const range = `from=${new Date(away).toISOString()}&to=${new Date(away + 8).toISOString()}`;
    const read = async (outages: string) => {
      const path = `/contacts/${sample.contactId("anna@example.com")}/stretches?${range}&outages=${outages}`;
      const { stretches } = await json<{ stretches: { from_ms: number; status: string }[] }>(path);
      return stretches.slice(-2).map(({ from_ms, status }) => [from_ms - away, status]);
    };
    expect(await read("as-recorded")).toEqual([
      [1, "offline"],
      [4, "busy"],
    ]);
    expect(await read("left-out")).toEqual([
      [1, "unknown"],
      [4, "busy"],
    ]);
  });

  test("the CSV of the pages, too", async () => {
    const response = await ask("/export/daily.csv?contact=anna@example.com&tz=UTC");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(await response.text()).toMatch(/^date,/);
  });

  test("changes come as they are recorded, and go on behind the last one that was read", async () => {
    const { events } = await json<{ events: { seq: number }[] }>("/events?limit=1");
    const first = events[0]?.seq as number;
    const stopped = new AbortController();
    const response = await ask("/changes", {
      headers: { "Last-Event-ID": String(first) },
      signal: stopped.signal,
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    while (!/^data: .*\n\n/m.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    stopped.abort();
    const [, seq, data] = /^id: (\d+)\nevent: change\ndata: (.*)$/m.exec(text) ?? [];
    expect(Number(seq)).toBe(first + 1);
    expect(JSON.parse(data ?? "{}")).toMatchObject({ seq: Number(seq), contact_id: expect.any(Number) });
  });
});

describe("what cannot be answered is a problem of RFC 9457", () => {
  test.each([
    [
      "/contacts/1/days?form=2026-01-01&tz=Mars",
      400,
      [{ name: "form", detail: "there is no such parameter; did you mean from?" }],
    ],
    ["/contacts/1/days?from=tomorrow&tz=Mars", 400, [{ name: "tz" }, { name: "from" }]],
    ["/events?limit=0&limit=5", 400, [{ name: "limit", detail: "it is said more than once" }]],
    ["/events?after=-1", 400, [{ name: "after" }]],
    ["/now?tz=UTC", 400, [{ name: "tz", detail: "there is no such parameter: there are none here" }]],
    ["/timeline", 400, [{ name: "contacts" }]],
    [
      "/timeline?contacts=1,x",
      400,
      [{ name: "contacts", detail: "it should be numbers of contacts with commas between them" }],
    ],
    ["/timeline?contacts=999999", 400, [{ name: "contacts", detail: "there is no contact 999999" }]],
    ["/states?at=soon", 400, [{ name: "at" }]],
    ["/contacts/999999/days", 404, undefined],
    ["/contacts/anna/days", 404, undefined],
    ["/nothing", 404, undefined],
  ])("%s", async (path, status, errors) => {
    const response = await ask(path);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ type: "about:blank", status, title: expect.any(String), detail: expect.any(String) });
    if (errors) expect(body.errors).toMatchObject(errors);
  });

  test("nothing can be changed by it", async () => {
    const access = new Access(dirname(here.sample.path));
    const writer = access.addToken("a writer", "write", Date.now());
    access.close();
    const response = await ask("/now", { method: "DELETE", headers: { Authorization: `Bearer ${writer}` } });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("without a token nobody is answered", async () => {
    expect((await ask("/now", { headers: { Authorization: "Bearer rollcall_nothing" } })).status).toBe(401);
  });
});

test("the document names every question once, with what it takes and answers", async () => {
  const document = (await (await ask("/openapi.json")).json()) as ReturnType<typeof openApi>;
  expect(document).toEqual(JSON.parse(JSON.stringify(openApi("1.0.0"))));
  const paths = document.paths as Record<string, { get: { operationId: string; parameters: { name: string }[] } }>;
  expect(Object.keys(paths).sort()).toEqual([...OPERATIONS.map(({ path }) => path), "/changes"].sort());
  const ids = Object.values(paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(paths["/contacts/{id}/sessions"]?.get.parameters.map(({ name }) => name)).toEqual([
    "id",
    "from",
    "to",
    "tz",
    "outages",
    "bridge_ms",
  ]);
});

test.each([390, 1280])("the page about it keeps nobody out, %d pixels wide", async (width) => {
  await here.page.setViewportSize({ width, height: 900 });
  await here.page.goto(`${here.dashboard.origin}/api`);
  await here.page.getByRole("heading", { level: 1, name: "API" }).waitFor();
  expect(await here.page.getByRole("listitem").count()).toBe(OPERATIONS.length + 2);
  expect(await accessibilityFaults(here.page)).toEqual([]);
  expect(await sidewaysPixels(here.page)).toBe(0);
});
