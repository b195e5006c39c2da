/**
 * What the seventeen dialects do differently, in one table (protocol reference 2). Whatever can be told from the shape
 * of a line is read by its shape and has no column here; the columns are what has to be known before a line is sent.
 */

/** How a client proves who it is: protocol reference 2.4. */
export type SignInMethod =
  /** Salt and MD5 digest on the connection itself. */
  | "md5"
  /** A ticket from a Passport login server, found through a nexus. */
  | "passport"
  /** The same ticket from a token service (RST). */
  | "tokens"
  /** A token, and a proof that we hold its key (MBI blob). */
  | "sso";

/** How the contact lists arrive: protocol reference 2.7 and 2.13. */
export type ListsMethod =
  /** `SYN` with one row for each list a contact is on, counted. */
  | "rows-by-list"
  /** `SYN` with one row for each contact. */
  | "rows-by-contact"
  /** The same with GUIDs and prefixes; SYN takes two timestamps. */
  | "rows-with-guids"
  /** Two SOAP services, and `ADL` to tell the server what they said. */
  | "address-book";

/** What a client says it is in `CVR`, and the product it answers challenges as (protocol reference 2.2 and 2.14). */
export interface Product {
  client: string;
  version: string;
  codeBase: string;
  challengeId: string;
  challengeKey: string;
}

export interface Dialect {
  /** For instance `MSNP12`. */
  readonly name: string;
  readonly number: number;
  readonly signIn: SignInMethod;
  readonly lists: ListsMethod;
  readonly product: Product;
  /** The client id in `CHG` from MSNP8 on: generation and flags. `undefined` where CHG takes none. */
  readonly capabilities: string | undefined;
}

const OLD_CHALLENGE = { challengeId: "msmsgs@msnmsgr.com", challengeKey: "Q1P7W2E4J9R8U3S5" };

function product(version: string, challengeId: string, challengeKey: string): Product {
  return { client: "MSNMSGR", version, codeBase: "MSMSGS", challengeId, challengeKey };
}

function oldProduct(version: string): Product {
  return { client: "MSMSGS", version, codeBase: "MSMSGS", ...OLD_CHALLENGE };
}

/** 0x20: we can join messages that come in several packets. The highest nibble is the client's generation. */
const CHUNKS = 0x20;

function capabilities(generation: number): string {
  return String(generation * 0x1000_0000 + CHUNKS);
}

const MD5 = { signIn: "md5", lists: "rows-by-list", capabilities: undefined } as const;
const MSN_6 = oldProduct("6.2.0205");
const MSN_7_0 = product("7.0.0813", "PROD0101{0RM?UBW", "CFHUR$52U_{VIX5T");
const MSN_7_5 = product("7.5.0324", "PROD0104U6VVM{UJ", "VK67B}379XYM5}$T");
const LIVE_8_0 = product("8.0.0812", "PROD0112J1LW7%NB", "RH96F{PHI8PPX_TJ");
const LIVE_8_5 = product("8.5.1302", "PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX");
const LIVE_2009 = product("14.0.8117", "PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM");

/** Best first: the order in which they are offered. */
export const DIALECTS: readonly Dialect[] = [
  {
    name: "MSNP18",
    number: 18,
    signIn: "sso",
    lists: "address-book",
    product: LIVE_2009,
    capabilities: `${capabilities(10)}:0`,
  },
  {
    name: "MSNP17",
    number: 17,
    signIn: "sso",
    lists: "address-book",
    product: LIVE_2009,
    capabilities: `${capabilities(10)}:0`,
  },
  {
    name: "MSNP16",
    number: 16,
    signIn: "sso",
    lists: "address-book",
    product: LIVE_2009,
    capabilities: `${capabilities(9)}:0`,
  },
  {
    name: "MSNP15",
    number: 15,
    signIn: "sso",
    lists: "address-book",
    product: LIVE_8_5,
    capabilities: capabilities(8),
  },
  {
    name: "MSNP14",
    number: 14,
    signIn: "tokens",
    lists: "address-book",
    product: LIVE_8_0,
    capabilities: capabilities(6),
  },
  {
    name: "MSNP13",
    number: 13,
    signIn: "tokens",
    lists: "address-book",
    product: LIVE_8_0,
    capabilities: capabilities(6),
  },
  {
    name: "MSNP12",
    number: 12,
    signIn: "tokens",
    lists: "rows-with-guids",
    product: MSN_7_5,
    capabilities: capabilities(5),
  },
  {
    name: "MSNP11",
    number: 11,
    signIn: "passport",
    lists: "rows-with-guids",
    product: MSN_7_0,
    capabilities: capabilities(4),
  },
  {
    name: "MSNP10",
    number: 10,
    signIn: "passport",
    lists: "rows-with-guids",
    product: MSN_6,
    capabilities: capabilities(3),
  },
  {
    name: "MSNP9",
    number: 9,
    signIn: "passport",
    lists: "rows-by-contact",
    product: MSN_6,
    capabilities: capabilities(1),
  },
  {
    name: "MSNP8",
    number: 8,
    signIn: "passport",
    lists: "rows-by-contact",
    product: oldProduct("5.0.0544"),
    capabilities: String(CHUNKS),
  },
  { name: "MSNP7", number: 7, ...MD5, product: oldProduct("4.7.0106") },
  { name: "MSNP6", number: 6, ...MD5, product: oldProduct("3.6.0038") },
  { name: "MSNP5", number: 5, ...MD5, product: oldProduct("3.0.0286") },
  { name: "MSNP4", number: 4, ...MD5, product: oldProduct("2.2.1053") },
  { name: "MSNP3", number: 3, ...MD5, product: oldProduct("2.0.0083") },
  { name: "MSNP2", number: 2, ...MD5, product: oldProduct("1.0.0863") },
];

/** Whether an account can be signed in at several places at once, each with a GUID. */
export function hasPlaces({ number }: Pick<Dialect, "number">): boolean {
  return number >= 16;
}

export function dialectNamed(name: string): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name.toUpperCase());
}

/** The dialect to speak, given the parameters of the server's VER reply: the best one that we also offered. */
export function agreedDialect(offered: readonly Dialect[], reply: readonly string[]): Dialect | undefined {
  const said = new Set(reply.map((name) => name.toUpperCase()));
  return offered.find(({ name }) => said.has(name));
}
