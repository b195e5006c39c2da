import type { ExportPage } from "../../data/export-page.ts";
import { FORMAT_NAMES, FORMAT_WORDS, SHAPE_NAMES, SHAPE_WORDS } from "../../data/export-words.ts";
import { RANGE_NAMES, RANGE_WORDS } from "../../data/ranges.ts";
import { FIELD, QUIET_BUTTON } from "../settings/form-parts.tsx";

/** With more, a list to choose from is no help: addresses are typed. */
const MOST_LISTED = 500;

/** The choices, as a plain form: what it asks for stands in the address. */
export function ExportForm({ page, tz }: { page: ExportPage; tz: string | null }) {
  const { choice, range, accounts, contacts } = page;
  return (
    <form method="get" action="/export" className="grid gap-x-10 gap-y-6 md:grid-cols-2">
      {tz && <input type="hidden" name="tz" value={tz} />}
      <fieldset className="grid content-start gap-2">
        <legend className="mb-2 font-semibold">What a row is</legend>
        {SHAPE_NAMES.map((shape) => (
          <label key={shape} className="flex items-baseline gap-2.5">
            <input
              type="radio"
              name="shape"
              value={shape}
              defaultChecked={shape === choice.shape}
              className="accent-mark"
            />
            <span>
              <span className="block font-medium first-letter:uppercase">{shape}</span>
              <span className="block text-[13px] text-soft">{SHAPE_WORDS[shape]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="grid content-start gap-4">
        <label className="grid gap-1">
          <span className="font-semibold">Time</span>
          <select name="range" defaultValue={range.name ?? range.asked} className={FIELD}>
            {range.name === undefined && <option value={range.asked}>{range.words}</option>}
            {RANGE_NAMES.map((name) => (
              <option key={name} value={name}>
                {RANGE_WORDS[name]}
              </option>
            ))}
          </select>
        </label>
        <div className="grid grid-cols-2 gap-3">
          <label className="grid gap-1 text-[13px]">
            or from this day
            <input type="date" name="from" className={FIELD} />
          </label>
          <label className="grid gap-1 text-[13px]">
            to this day
            <input type="date" name="last" className={FIELD} />
          </label>
        </div>
        {accounts.length > 1 && (
          <label className="grid gap-1">
            <span className="font-semibold">Account</span>
            <select name="account" defaultValue={choice.account} className={FIELD}>
              <option value="">All</option>
              {accounts.map((address) => (
                <option key={address}>{address}</option>
              ))}
            </select>
          </label>
        )}
        {contacts.length > MOST_LISTED ? (
          <label className="grid gap-1">
            <span className="font-semibold">People</span>
            <input
              type="text"
              name="contact"
              defaultValue={choice.contacts.join(",")}
              placeholder="everybody, or addresses with commas between them"
              className={FIELD}
            />
          </label>
        ) : (
          <label className="grid gap-1">
            <span className="font-semibold">People</span>
            <span className="text-[13px] text-soft">Nobody chosen means everybody.</span>
            <select multiple name="contact" size={6} defaultValue={choice.contacts} className={FIELD}>
              {contacts.map(({ address, name }) => (
                <option key={address} value={address}>
                  {alone(name.slice(0, 60))}
                  {name === address ? "" : ` (${address})`}
                </option>
              ))}
            </select>
          </label>
        )}
        <label className="grid gap-1">
          <span className="font-semibold">Format</span>
          <select name="format" defaultValue={choice.format} className={FIELD}>
            {FORMAT_NAMES.map((format) => (
              <option key={format} value={format}>
                {FORMAT_WORDS[format]}
              </option>
            ))}
          </select>
        </label>
        <label className="flex items-baseline gap-2.5">
          <input
            type="checkbox"
            name="pseudonyms"
            value="1"
            defaultChecked={choice.hasPseudonyms}
            className="accent-mark"
          />
          <span>
            Without names
            <span className="block text-[13px] text-soft">
              Numbers in place of addresses and names, the same for the same person within the file.
            </span>
          </span>
        </label>
        <button type="submit" className={QUIET_BUTTON}>
          Show how it begins
        </button>
      </div>
    </form>
  );
}

/** What `<bdi>` does, for where there can be no elements: a name must not turn around what stands behind it. */
function alone(name: string): string {
  return `\u2068${name.replace(/[\u2066-\u2069]/g, "")}\u2069`;
}
