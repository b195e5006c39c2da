/**
 * The address book's answers from MSNP13 on. Alice's were recorded whole and are served byte for byte. Nobody else
 * asked for theirs: what the same server said of them to older clients is put into copies of the recorded elements.
 */
import { readSoap } from "./transcript.ts";

interface Person {
  name: string;
  allow: readonly string[];
  block: readonly string[];
}

/** As MSNP8's and MSNP12's `LST` rows have them: whoever is not blocked is a contact, and has them as a contact. */
const PEOPLE: Readonly<Record<string, Person>> = {
  alice: { name: "Alice A", allow: ["bob", "carol", "dave", "logger"], block: [] },
  bob: { name: "Bob B", allow: ["alice", "logger"], block: ["carol"] },
  carol: { name: "Carol C", allow: ["alice", "logger"], block: [] },
  dave: { name: "Dave D", allow: ["alice", "logger"], block: [] },
  logger: { name: "Logger", allow: ["alice", "bob", "carol", "dave"], block: [] },
};

export interface Wish {
  /** From MSNP16 on a client may ask in another way, which the recorded ones did not. */
  isPaged?: boolean;
}

/** Which of the recorded answers a dialect gets. */
function recordedFor(dialect: string): string {
  const number = Number(dialect.slice(4));
  return `soap-msnp${number <= 14 ? 13 : number <= 17 ? 15 : 18}`;
}

export function membershipsOf(address: string, dialect: string): string {
  const recorded = readSoap(`${recordedFor(dialect)}-FindMembership`);
  const who = nameOf(address);
  if (who === "alice") return recorded;
  const { allow, block } = personOf(who);
  const members: Record<string, readonly string[]> = { Allow: allow, Block: block, Reverse: allow, Pending: [] };
  const [template = ""] = /<Member xsi:type[\s\S]*?<\/Member>/.exec(recorded) ?? [];
  return recorded
    .replace(/<Membership>\s*<MemberRole>(\w+)<\/MemberRole>\s*<Members>[\s\S]*?<\/Members>/g, (whole, role: string) =>
      whole.replace(
        /<Members>[\s\S]*<\/Members>/,
        () => `<Members>${(members[role] ?? []).map((member) => memberOf(template, role, member)).join("")}</Members>`,
      ),
    )
    .replace(/(<CreatorPassportName>)[^<]*/, `$1${address}`);
}

export function addressBookOf(address: string, dialect: string, { isPaged = false }: Wish = {}): string {
  const recorded = readSoap(`${recordedFor(dialect)}-ABFindAll`);
  const asked = isPaged ? recorded.replaceAll("ABFindAllRe", "ABFindContactsPagedRe") : recorded;
  const who = nameOf(address);
  if (who === "alice") return asked;
  const { allow, name } = personOf(who);
  const contacts = [...asked.matchAll(/<Contact>[\s\S]*?<\/Contact>/g)].map(([whole]) => whole);
  const [template = "", own = ""] = [contacts[0], contacts.at(-1)];
  const rows = allow.map((contact) => contactOf(template, contact));
  return asked
    .replace(/<groups>[\s\S]*<\/groups>/, "<groups></groups>")
    .replace(
      /<contacts>[\s\S]*<\/contacts>/,
      () =>
        `<contacts>${[...rows, own.replaceAll("Alice A", name).replaceAll("alice@example.com", address)].join("")}</contacts>`,
    )
    .replace(/(<ownerEmail>)[^<]*/, `$1${address}`);
}

function memberOf(template: string, role: string, who: string): string {
  return template
    .replace(/<MembershipId>[^<]*/, `<MembershipId>${role}/${idOf(who)}`)
    .replace("bob@example.com", `${who}@example.com`);
}

function contactOf(template: string, who: string): string {
  return template
    .replace(/<contactId>[^<]*/, `<contactId>${idOf(who)}`)
    .replaceAll("Bob B", personOf(who).name)
    .replaceAll("bob@example.com", `${who}@example.com`)
    .replace(/<groupIds>[\s\S]*?<\/groupIds>/, "");
}

function nameOf(address: string): string {
  return address.split("@")[0] ?? "";
}

function personOf(who: string): Person {
  const person = PEOPLE[who];
  if (!person) throw new Error(`nobody called ${who} is in the recordings`);
  return person;
}

/** Any GUID will do, as long as it is the same everywhere. */
function idOf(who: string): string {
  return `00000000-0000-4000-8000-${Buffer.from(who.padEnd(6, " ")).toString("hex").slice(0, 12)}`;
}
