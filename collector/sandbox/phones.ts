/** Telephone numbers and what belongs to them: PRP and BPR (protocol reference 2.9). */
import type { Dialect } from "../network/messenger/dialects.ts";
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import type { Account } from "./directory.ts";
import { type Line, line } from "./line.ts";
import { answer, type EditParts, type Outcome } from "./list-edits.ts";
import type { Seat } from "./presence.ts";

const KEYS: ReadonlySet<string> = new Set(["PHH", "PHW", "PHM", "MOB", "MBE", "HSB", "WWE"]);
const MAX_NUMBER_BYTES = 95;

/** Whoever watches the account hears of it. */
export function setPhone(
  { directory, presence }: EditParts,
  seat: Seat,
  { trid, key, value }: { trid: string; key: string; value: string },
): Outcome {
  const { account } = seat;
  if (!KEYS.has(key) || value.length > MAX_NUMBER_BYTES) return "hang-up";
  account.phones.set(key, decodeText(value));
  account.serial += 1;
  const token = encodeText(decodeText(value));
  answer(seat, "PRP", trid, ...(seat.dialect.number < 10 ? [account.serial] : []), key, token);
  for (const viewer of directory.watchersOf(account.address)) {
    for (const other of presence.startedSeatsOf(viewer)) other.tell(...phoneNews(other, account, key, token));
  }
  return "answered";
}

function phoneNews({ dialect, account: viewer }: Seat, subject: Account, key: string, token: string): Line[] {
  const { number }: Dialect = dialect;
  if (number < 5 || number >= 13) return [];
  return [line("BPR", ...(number < 10 ? [viewer.serial] : []), subject.address, key, token)];
}
