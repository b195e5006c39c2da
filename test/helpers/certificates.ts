/** Certificates for servers of a test on this machine, made on the spot; keys are of a kind that is made quickly. */
import { generate } from "selfsigned";

export interface Certificate {
  /** PEM. */
  cert: string;
  key: string;
}

/** A private CA: nobody trusts it who has not been told to. */
export async function makeCa(name = "Test CA"): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}

export interface ServerNames {
  /** Default: this machine, as `localhost` and as 127.0.0.1. */
  dns?: string[];
  ips?: string[];
  notBefore?: Date;
  notAfter?: Date;
}

/** A server's certificate, signed by `ca`, or by itself without one. */
export async function makeServerCertificate(
  ca: Certificate | undefined,
  { dns = ["localhost"], ips = ["127.0.0.1", "::1"], notBefore, notAfter }: ServerNames = {},
): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: "commonName", value: dns[0] ?? "server" }], {
    keyType: "ec",
    algorithm: "sha256",
    ...(notBefore && { notBeforeDate: notBefore }),
    ...(notAfter && { notAfterDate: notAfter }),
    ...(ca && { ca }),
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [
          ...dns.map((value) => ({ type: 2 as const, value })),
          ...ips.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert, key };
}
