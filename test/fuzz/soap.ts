import { CredentialsRefused } from "../../collector/network/messenger/auth/credentials.ts";
import { fetchTokens } from "../../collector/network/messenger/auth/rst.ts";
import { type HttpClient, HttpFailure } from "../../collector/network/messenger/net/http.ts";
import { readAddressBook } from "../../collector/network/messenger/soap/address-book.ts";
import { SoapError } from "../../collector/network/messenger/soap/call.ts";
import { findMembership } from "../../collector/network/messenger/soap/sharing.ts";
import { RECORDINGS, readRecording, readSoap } from "../helpers/transcript.ts";
import { inPieces } from "./cuts.ts";

const REQUEST = { url: "http://127.0.0.1/", ticket: "t=1&p=" };
const WISHES = [{ domain: "messengerclear.live.com", policy: "MBI_KEY_OLD" }] as const;

/** Whatever a service answers is an answer, or one of the refusals that the caller knows. */
export async function fuzz(data: Uint8Array): Promise<void> {
  const { pieces } = inPieces(data);
  let asked = 0;
  const http: HttpClient = async ({ signal: _ }) => {
    // Every redirect could lead to another.
    if (++asked > 50) throw new Error("it asks without end");
    return { status: (data[0] ?? 0) % 5 === 4 ? 500 : 200, headers: {}, body: each(pieces) };
  };
  await refusable(() => findMembership(http, REQUEST));
  await refusable(() => readAddressBook(http, REQUEST, { isPaged: true }));
  await refusable(() =>
    fetchTokens("http://127.0.0.1/RST.srf", { address: "a@x.com", password: "p" }, WISHES, { http, nowMs: 0 }),
  );
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function refusable(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    const isKnown = error instanceof SoapError || error instanceof HttpFailure || error instanceof CredentialsRefused;
    if (!isKnown) throw error;
  }
}

export function seeds(): Uint8Array[] {
  const answers = ["soap-msnp13-ABFindAll", "soap-msnp15-FindMembership", "soap-msnp18-ABFindAll"].map(readSoap);
  const small = answers.map((xml) => xml.replace(/(<Contact>.*?<\/Contact>).*(?=<\/contacts>)/s, "$1"));
  return [...small, ...recordedTokens()].map((xml, n) => Buffer.concat([Buffer.of(n * 5), Buffer.from(xml)]));
}

function recordedTokens(): string[] {
  return RECORDINGS.filter((name) => /^msnp(12|15)-(presence|wrong-password)$/.test(name)).flatMap((name) =>
    readRecording(name)
      .conversations.flatMap(({ steps }) => steps)
      .flatMap((step) => (step.kind === "response" ? [step.response.body?.text ?? ""] : []))
      .filter((body) => body.includes("Envelope"))
      .slice(0, 1),
  );
}
