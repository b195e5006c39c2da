/** `rollcall contact`: who the contacts are, in the user's own words. No fact is touched, so no collector is asked. */
import { Command } from "commander";
import { notesOf } from "../../db/history/notes.ts";
import { findPerson, listPersons, membersOf } from "../../db/history/persons.ts";
import { RequestRefused } from "../../db/keep/handler.ts";
import { addTag, removeTag, setAlias, setNote } from "../../db/keep/notes.ts";
import { linkContacts, unlinkContact } from "../../db/keep/persons.ts";
import type { FoundContact } from "../../db/keep/whom.ts";
import type { Handle } from "../../db/open.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { plain } from "./plain.ts";
import { requireContacts, withHistory } from "./wish.ts";

const ON_ACCOUNT = ["--account <address>", "only on this account of yours"] as const;

interface Options {
  account?: string;
}

export const contactCommand = new Command("contact")
  .description("say who your contacts are: names and notes of your own, tags, and who is the same person")
  .addCommand(
    new Command("list").description("list everybody, each person once").action(() => withHistory((db) => list(db))),
  )
  .addCommand(
    new Command("alias")
      .description("call a contact something of your own")
      .argument("<address>", "a contact of yours")
      .argument("[name]", "nothing takes it back")
      .option(...ON_ACCOUNT)
      .action((address: string, name: string | undefined, { account }: Options) =>
        forEach(address, account, (db, { id }) => {
          setAlias(db, id, name ?? "");
          return name ? `is called ${name}` : "goes by the network's name";
        }),
      ),
  )
  .addCommand(
    new Command("note")
      .description("write something down about a contact")
      .argument("<address>", "a contact of yours")
      .argument("[text]", "nothing takes it back")
      .option(...ON_ACCOUNT)
      .action((address: string, text: string | undefined, { account }: Options) =>
        forEach(address, account, (db, { id }) => {
          setNote(db, id, text ?? "");
          return text ? "has this note" : "has no note";
        }),
      ),
  )
  .addCommand(
    new Command("tag")
      .description("tag a contact")
      .argument("<address>", "a contact of yours")
      .argument("<tag>")
      .option("--remove", "take the tag away")
      .option(...ON_ACCOUNT)
      .action((address: string, tag: string, { account, remove }: Options & { remove?: boolean }) =>
        forEach(address, account, (db, { id }) => {
          if (remove) return removeTag(db, id, tag) ? `is not tagged ${tag} any more` : `was not tagged ${tag}`;
          return addTag(db, id, tag) ? `is tagged ${tag}` : `was tagged ${tag} already`;
        }),
      ),
  )
  .addCommand(
    new Command("link")
      .description("say that contacts are the same person; those with the same address are so by themselves")
      .argument("<addresses...>", "two or more contacts of yours")
      .option("--name <name>", "what the person is called")
      .action((addresses: string[], { name }: { name?: string }) => withHistory((db) => link(db, addresses, name))),
  )
  .addCommand(
    new Command("unlink")
      .description("say that a contact is a person of its own")
      .argument("<address>", "a contact of yours")
      .option(...ON_ACCOUNT)
      .action((address: string, { account }: Options) =>
        forEach(address, account, (db, { id }) =>
          unlinkContact(db, id, systemClock.nowMs()) ? "is a person of its own" : "was a person of its own already",
        ),
      ),
  );

async function list(db: Handle): Promise<void> {
  const persons = await listPersons(db);
  if (persons.length === 0) console.log("There is nobody yet.");
  for (const { name, contactIds } of persons) {
    console.log(plain(name));
    for (const id of contactIds) console.log(plain(`  ${await wordsOf(db, id)}`));
  }
}

async function wordsOf(db: Handle, contactId: number): Promise<string> {
  const [address, account] = whereIs(db, contactId);
  const { alias, note, tags } = await notesOf(db, contactId);
  const words = [
    `${address} (on ${account})`,
    alias && `alias ${alias}`,
    tags.length > 0 && `tags ${tags.join(", ")}`,
    note && `note ${note.replace(/\s+/g, " ")}`,
  ];
  return words.filter(Boolean).join("; ");
}

async function link(db: Handle, addresses: readonly string[], name: string | undefined): Promise<void> {
  const ids = addresses.flatMap((address) => requireContacts(db, address, undefined).map(({ id }) => id));
  if (new Set(ids).size < 2) throw new SettingsError("a link joins two contacts or more: name another one");
  const key = linkContacts(db, ids, systemClock.nowMs(), name?.trim());
  const members = (await membersOf(db, key)).map((id) => whereIs(db, id).join(" on "));
  console.log(plain(`One person, ${(await findPerson(db, key))?.name}: ${members.join(", ")}.`));
}

function whereIs(db: Handle, contactId: number): [address: string, account: string] {
  return db
    .prepare("SELECT c.address, a.address FROM contact c JOIN account a ON a.id = c.account_id WHERE c.id = ?")
    .raw()
    .get(contactId) as [string, string];
}

/** What the user typed may be too long or empty: a mistake of theirs, told in one line. */
function forEach(
  address: string,
  account: string | undefined,
  work: (db: Handle, contact: FoundContact) => string,
): Promise<void> {
  return withHistory((db) => {
    for (const contact of requireContacts(db, address, account)) {
      try {
        console.log(plain(`${contact.address} (on ${contact.account}) ${work(db, contact)}.`));
      } catch (error) {
        throw error instanceof RequestRefused ? new SettingsError(error.message) : error;
      }
    }
  });
}
