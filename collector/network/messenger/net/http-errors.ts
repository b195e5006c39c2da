/** Why there is no response, in words for the person who runs the collector. No part of a URL but its origin is told. */
import { quoteText } from "../wire/text.ts";
import { HttpFailure } from "./http.ts";

/** What Node said about a request to `origin`, before the head of the response had arrived or in the middle of its body. */
export function explainHttpError(origin: string, error: unknown, stage: "head" | "body"): HttpFailure {
  const { code = "", cert } = error as NodeJS.ErrnoException & { cert?: { subjectaltname?: string } };
  const message = explainCode(origin, code, cert?.subjectaltname) ?? explainCut(origin, code, stage);
  return new HttpFailure(message, { cause: error });
}

function explainCode(origin: string, code: string, names: string | undefined): string | undefined {
  const { host, hostname } = new URL(origin);
  switch (code) {
    case "ECONNREFUSED":
      return `${origin} refused the connection: check its address and port, and that the service is up`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `no server called "${hostname}" was found (${code}): check its name, and this machine's network`;
    case "CERT_HAS_EXPIRED":
      return `the certificate of ${host} has expired: its owner must renew it, unless this machine's clock is wrong`;
    case "CERT_NOT_YET_VALID":
      return `the certificate of ${host} is not valid yet: check this machine's clock`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return `the certificate of ${host} is signed by nobody this machine trusts (${code}): if the network has a CA of its own, trust it with --ca FILE`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the certificate of ${host} is for ${names ? quoteText(names) : "another name"}: check the address`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "ERR_SSL_UNEXPECTED_MESSAGE":
      return `${origin} does not speak TLS: check the port`;
    case "HPE_HEADER_OVERFLOW":
      return `${origin} answers with headers without end: check the address and port`;
    case "ERR_INVALID_CHAR":
      return `a header for ${origin} holds a character that HTTP cannot say`;
    default:
      if (code.startsWith("HPE_")) return `${origin} does not answer in HTTP (${code}): check the address and port`;
      if (code.startsWith("CERT_") || code.startsWith("ERR_TLS_")) return `${host} is not trusted (${code})`;
      return undefined;
  }
}

function explainCut(origin: string, code: string, stage: "head" | "body"): string {
  if (stage === "body") return `${origin} broke off in the middle of its answer${code && ` (${code})`}`;
  if (code === "ECONNRESET" || code === "EPIPE") return `${origin} cut the connection before it answered (${code})`;
  return `${origin} cannot be reached${code && ` (${code})`}`;
}
