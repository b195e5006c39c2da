/**
 * The sandbox's own certificate authority and what it signs: made at the first need, kept in memory and nowhere else.
 * Whoever trusts the authority's certificate trusts one run of the sandbox.
 */
import { generate } from "selfsigned";

export interface Certificates {
  /** The authority's certificate in PEM, for clients to trust. */
  ca: string;
  cert: string;
  key: string;
}

/** Loopback, and the names that the recorded clients ask for when a hosts file leads them here. */
const NAMES = ["localhost", "nexus.passport.com", "login.live.com", "contacts.msn.com"];
const ADDRESSES = ["127.0.0.1", "::1"];
const LIFETIME_MS = 400 * 24 * 3_600_000;
/** A clock that was set back a little must not make a new certificate one of the future. */
const BACKDATED_MS = 24 * 3_600_000;

let made: Promise<Certificates> | undefined;

/** The same for all servers of this process: two RSA keys take a noticeable part of a second. */
export function certificates(): Promise<Certificates> {
  made ??= makeCertificates(Date.now());
  return made;
}

async function makeCertificates(nowMs: number): Promise<Certificates> {
  const common = {
    // RSA, since old clients know nothing else.
    keySize: 2048,
    algorithm: "sha256",
    notBeforeDate: new Date(nowMs - BACKDATED_MS),
    notAfterDate: new Date(nowMs + LIFETIME_MS),
  };
  const authority = await generate([{ name: "commonName", value: "Rollcall sandbox" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...NAMES.map((value) => ({ type: 2, value }) as const),
          ...ADDRESSES.map((ip) => ({ type: 7, ip }) as const),
        ],
      },
    ],
    ca: { key: authority.private, cert: authority.cert },
  });
  // With a line's end, so that certificates can be put behind one another in one file.
  return { ca: `${authority.cert.trimEnd()}\n`, cert: server.cert, key: server.private };
}
