import type { ContactPage } from "../data/contact-page.ts";

interface Props {
  contactId: number;
  notes: ContactPage["notes"];
  /** What the network calls the contact. */
  name: string;
  /** This page's own address, to come back to. */
  back: string;
}

const FIELD = "w-full rounded-lg border border-line-strong bg-ground px-2.5 py-1.5 text-ink";

/** What the user wrote down about a contact, and a form to change it. It works without scripts. */
export function OwnWords({ contactId, notes: { alias, note, tags }, name, back }: Props) {
  return (
    <div className="mt-4 grid gap-2 text-sm">
      {tags.length > 0 && (
        <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag} className="rounded-full bg-tint px-2.5 py-0.5 text-[13px] [overflow-wrap:anywhere]">
              <bdi>{tag}</bdi>
            </li>
          ))}
        </ul>
      )}
      {note !== "" && (
        <p data-testid="note" className="max-w-prose whitespace-pre-line [overflow-wrap:anywhere]">
          <bdi>{note}</bdi>
        </p>
      )}
      <details>
        <summary className="w-fit text-[13px] text-soft hover:text-ink">
          {alias === "" && note === "" && tags.length === 0
            ? "Add a name of your own, a note or tags"
            : "Change name, note and tags"}
        </summary>
        <form
          method="post"
          action={`/api/contact/${contactId}/notes`}
          className="mt-3 grid max-w-xl gap-3 rounded-xl border border-line bg-card p-4"
        >
          <input type="hidden" name="back" value={back} />
          <label className="grid gap-1">
            Your name for this contact
            <input name="alias" defaultValue={alias} maxLength={200} placeholder={name} className={FIELD} />
          </label>
          <label className="grid gap-1">
            Note
            <textarea name="note" defaultValue={note} maxLength={20_000} rows={3} className={FIELD} />
          </label>
          <label className="grid gap-1">
            Tags, separated by commas
            <input name="tags" defaultValue={tags.join(", ")} className={FIELD} />
          </label>
          <p className="text-[13px] text-soft">Only you see these; the network never does.</p>
          <button type="submit" className="w-fit rounded-lg bg-mark px-4 py-1.5 font-medium text-mark-ink">
            Save
          </button>
        </form>
      </details>
    </div>
  );
}
