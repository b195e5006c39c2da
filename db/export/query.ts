/** What can be exported, and how a person asks for it. */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { SettingsError } from "../settings/settings-error.ts";

export const SHAPES = ["events", "spans", "daily", "hourly", "coverage"] as const;
export type Shape = (typeof SHAPES)[number];
export const FORMATS = ["csv", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

export interface ExportQuery {
  shape: Shape;
  /** Half-open range; without an end, up to what is known now. */
  fromMs?: number;
  toMs?: number;
  /** IANA name of the zone for the local columns. */
  zone: string;
  /** Only these contacts, and only this account, by address. */
  contacts?: readonly string[];
  account?: string;
  /** Numbers in place of addresses and names. */
  hasPseudonyms?: boolean;
  nowMs: number;
}

const words = z.strictObject(
  {
    shape: z.enum(SHAPES, {
      error: ({ input }) =>
        input === undefined
          ? `say with "shape" what a row is: ${SHAPES.join(", ")}`
          : `shape "${input}" is not one of ${SHAPES.join(", ")}`,
    }),
    from: z.string().optional(),
    to: z.string().optional(),
    tz: z.string().optional(),
    contact: z.string().optional(),
    account: z.string().optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `there is no option ${issue.keys.map((key) => `"${key}"`).join(", ")}`
        : undefined,
  },
);

/**
 * The query behind the words of a command line or an address. Dates without a time begin at midnight in the zone;
 * several contacts have commas between them.
 * Throws SettingsError, which names every bad word at once.
 */
export function parseExportQuery(input: Record<string, string | undefined>, nowMs: number): ExportQuery {
  const parsed = words.safeParse(
    Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== "")),
  );
  const wrong: string[] = parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
  if (!parsed.success) throw new SettingsError(wrong.join("; "));
  const { shape, contact, account } = parsed.data;
  const contacts = contact
    ?.split(",")
    .map((address) => address.trim().toLowerCase())
    .filter((address) => address !== "");
  const zone = attempt(wrong, () => parseZone(parsed.data.tz ?? Temporal.Now.timeZoneId())) ?? "UTC";
  const fromMs = attempt(wrong, () => parseInstant(parsed.data.from, zone, "from"));
  const toMs = attempt(wrong, () => parseInstant(parsed.data.to, zone, "to"));
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    wrong.push(`"to" (${parsed.data.to}) must be after "from" (${parsed.data.from})`);
  if (wrong.length > 0) throw new SettingsError(wrong.join("; "));
  return {
    shape,
    zone,
    nowMs,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(contacts === undefined ? {} : { contacts }),
    ...(account === undefined ? {} : { account: account.trim().toLowerCase() }),
  };
}

/** Throws SettingsError when the query names a contact or account that this history does not hold. */
export function requireKnown(db: Handle, { contacts = [], account }: ExportQuery): void {
  const holds = (table: "contact" | "account", address: string) =>
    db.prepare(`SELECT EXISTS (SELECT 1 FROM ${table} WHERE address = ?)`).pluck().get(address) === 1;
  if (account !== undefined && !holds("account", account))
    throw new SettingsError(`this history has no account ${account}`);
  const missing = contacts.filter((contact) => !holds("contact", contact));
  if (missing.length > 0) throw new SettingsError(`this history has no contact ${missing.join(", ")}`);
}

/** The zone in the spelling that was asked for: Intl would turn Asia/Kathmandu into Asia/Katmandu. Throws SettingsError. */
export function parseZone(text: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch (error) {
    throw new SettingsError(`"${text}" is not a time zone; it should look like Europe/Berlin or UTC`, { cause: error });
  }
}

/** An instant, or midnight of a date in the zone. `word`: what it is called in the complaint. Throws SettingsError. */
export function parseInstant(text: string | undefined, zone: string, word: string): number | undefined {
  if (text === undefined) return undefined;
  for (const read of [
    () => Temporal.Instant.from(text).epochMilliseconds,
    () => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds,
  ]) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new SettingsError(
    `"${text}" is not an instant for "${word}"; it should look like 2026-11-22 or 2026-11-22T14:00:00Z`,
  );
}

function attempt<T>(wrong: string[], run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    wrong.push(error.message);
    return undefined;
  }
}
