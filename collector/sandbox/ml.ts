/** The `<ml>` element: people by domain, with list bits (protocol reference 2.13). Pure. */
import { SaxesParser } from "saxes";

export interface MlContact {
  /** Lower-case. */
  address: string;
  /** FL 1, AL 2, BL 4. */
  bits: number;
}

export interface Ml {
  isInitial: boolean;
  contacts: MlContact[];
}

export interface MlProblem {
  /** 240: a domain without anybody. 241: no such XML, or bits that nobody may set. */
  code: "240" | "241";
  /** Who is meant; nobody when the whole is broken. */
  contacts: MlContact[];
}

export function readMl(payload: Uint8Array): Ml | { problem: MlProblem } {
  const text = Buffer.from(payload).toString("utf8");
  const read = readElements(text);
  // White space between the elements upsets real servers.
  if (!read || />\s+</.test(text)) return { problem: { code: "241", contacts: [] } };
  if (read.hasEmptyDomain) return { problem: { code: "240", contacts: [] } };
  const wrong = read.contacts.filter(({ bits }) => bits > 7 || (bits & 6) === 6);
  if (wrong.length > 0) return { problem: { code: "241", contacts: wrong } };
  return { isInitial: read.isInitial, contacts: read.contacts };
}

export function writeMl(contacts: readonly MlContact[]): string {
  const domains = new Map<string, string[]>();
  for (const { address, bits } of contacts) {
    const [user = "", domain = ""] = address.split("@");
    const list = bits > 0 ? ` l="${bits}"` : "";
    const element = `<c n="${escapeXml(user)}"${list} t="1"/>`;
    const people = domains.get(domain) ?? [];
    people.push(element);
    domains.set(domain, people);
  }
  const parts = [...domains].map(([domain, people]) => `<d n="${escapeXml(domain)}">${people.join("")}</d>`);
  return `<ml>${parts.join("")}</ml>`;
}

interface Elements extends Ml {
  hasEmptyDomain: boolean;
}

function readElements(text: string): Elements | undefined {
  const read: Elements = { isInitial: false, contacts: [], hasEmptyDomain: false };
  let isGood = true;
  let domain = "";
  let people = 0;
  const parser = new SaxesParser();
  parser.on("error", () => {
    isGood = false;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const of = attributes as Record<string, string>;
    if (name === "ml") read.isInitial = of.l === "1";
    else if (name === "d" || name === "t") {
      domain = of.n ?? "";
      people = 0;
    } else if (name === "c") {
      people += 1;
      read.contacts.push({ address: `${of.n ?? ""}@${domain}`.toLowerCase(), bits: Number(of.l ?? 0) });
    } else isGood = false;
  });
  parser.on("closetag", ({ name }) => {
    if (name === "d" && people === 0) read.hasEmptyDomain = true;
  });
  parser.write(text).close();
  return isGood ? read : undefined;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
