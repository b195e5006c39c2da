import "server-only";
import { parse } from "csv-parse/sync";
import { exportRows } from "../../db/export/export.ts";
import { FORMATS, type Format, parseExportQuery, SHAPES, type Shape } from "../../db/export/query.ts";
import { listAccounts } from "../../db/history/accounts.ts";
import { listContacts } from "../../db/history/contacts.ts";
import { aliases } from "../../db/history/notes.ts";
import { type Handle, openForReading } from "../../db/open.ts";
import type { AddressWords } from "./address-state.ts";
import { knownTimes } from "./known-times.ts";
import { shownName } from "./names.ts";
import { chooseRange, type RangeName, type ShownRange } from "./ranges.ts";

export const USUAL_RANGE: RangeName = "4w";
const PREVIEW_ROWS = 20;
const FEW = { chunkChars: 2_000 };

/** What the address asks for; what cannot be used is the usual. */
export interface ExportChoice {
  shape: Shape;
  format: Format;
  account: string;
  contacts: string[];
  hasPseudonyms: boolean;
}

export interface ExportPage {
  choice: ExportChoice;
  range: ShownRange;
  /** All that there are to choose from. */
  accounts: string[];
  contacts: { address: string; name: string }[];
  /** The file with exactly this in it: `/export/events.csv?…`. */
  href: string;
  preview: Preview;
}

/** The beginning of the file. */
export interface Preview {
  columns: string[];
  rows: string[][];
  /** Of JSON lines, the lines as they are. */
  lines: string[];
  /** There is more in the file. */
  hasMore: boolean;
}

/** What the page about exports shows: the choices, and the beginning of the file that they make. */
export async function readExportPage(
  db: Handle,
  path: string,
  words: AddressWords,
  { asked, zone, nowMs }: { asked: string | null; zone: string; nowMs: number },
): Promise<ExportPage> {
  const accounts = await listAccounts(db, nowMs);
  const own = await aliases(db);
  const contacts = (await listContacts(db)).map(({ id, address, name }) => ({
    address,
    name: shownName(own.get(id) ?? name, address),
  }));
  const choice = readChoice(
    words,
    new Set(accounts.map(({ address }) => address)),
    new Set(contacts.map((one) => one.address)),
  );
  const range = chooseRange(asked, USUAL_RANGE, { zone, ...(await knownTimes(db, accounts, nowMs)) });
  const search = searchOf(choice, range, zone);
  const byAddress = new Map(contacts.map((contact) => [contact.address, contact]));
  return {
    choice,
    range,
    accounts: accounts.map(({ address }) => address),
    contacts: [...byAddress.values()],
    href: `/export/${choice.shape}.${choice.format}?${search}`,
    preview: await readPreview(path, choice, search, nowMs),
  };
}

function readChoice(words: AddressWords, accounts: ReadonlySet<string>, contacts: ReadonlySet<string>): ExportChoice {
  const all = (name: string) => [words[name] ?? []].flat();
  const [shape, format, account = ""] = ["shape", "format", "account"].map((name) => all(name)[0]);
  const asked = all("contact").flatMap((one) => one.toLowerCase().split(","));
  return {
    shape: SHAPES.find((one) => one === shape) ?? "spans",
    format: FORMATS.find((one) => one === format) ?? "csv",
    account: accounts.has(account.toLowerCase()) ? account.toLowerCase() : "",
    contacts: [...new Set(asked)].filter((address) => contacts.has(address)),
    hasPseudonyms: all("pseudonyms")[0] === "1",
  };
}

/** The words that the download takes. A range that ends now has no end: the file has what is known when it is written. */
function searchOf({ account, contacts, hasPseudonyms }: ExportChoice, range: ShownRange, zone: string): string {
  const said: Record<string, string> = { tz: zone };
  if (range.name !== "all") said.from = new Date(range.fromMs).toISOString();
  if (range.name === undefined) said.to = new Date(range.toMs).toISOString();
  if (account !== "") said.account = account;
  if (contacts.length > 0) said.contact = contacts.join(",");
  if (hasPseudonyms) said.pseudonyms = "1";
  return `${new URLSearchParams(said)}`;
}

async function readPreview(path: string, choice: ExportChoice, search: string, nowMs: number): Promise<Preview> {
  const { pseudonyms: _, ...words } = Object.fromEntries(new URLSearchParams(search));
  const query = { ...parseExportQuery({ ...words, shape: choice.shape }, nowMs), hasPseudonyms: choice.hasPseudonyms };
  // A handle of its own, for reading is broken off in the middle.
  const db = openForReading(path);
  try {
    const csv = await beginning(exportRows(db, query, "csv", FEW));
    const [columns = [], ...rows] = parse(csv, { bom: true, relax_column_count: true }) as string[][];
    const lines = choice.format === "jsonl" ? (await beginning(exportRows(db, query, "jsonl", FEW))).split("\n") : [];
    return {
      columns,
      rows: rows.slice(0, PREVIEW_ROWS),
      lines: lines.slice(0, PREVIEW_ROWS).filter((line) => line !== ""),
      hasMore: rows.length > PREVIEW_ROWS,
    };
  } finally {
    db.close();
  }
}

/** A few rows more than are shown, and whole ones. */
async function beginning(chunks: AsyncGenerator<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) {
    text += chunk;
    if (text.split("\n").length > PREVIEW_ROWS + 5) break;
  }
  return text;
}
