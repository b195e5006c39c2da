import { createHash } from "node:crypto";

/**
 * The answer to `USR n MD5 S salt`, MSNP2 to MSNP7 (protocol reference 2.4). The whole password is digested: that only
 * its first 16 characters counted (1.6) was a habit of Microsoft's, and the servers of today keep a digest of all of it.
 */
export function md5Answer(salt: string, password: string): string {
  return md5Hex(salt + password);
}

const PRODUCT_ID = "msmsgs@msnmsgr.com";
const PRODUCT_KEY = "Q1P7W2E4J9R8U3S5";

/** The answer to `CHL 0 challenge`, MSNP6 to MSNP10: the product to name, and the payload (protocol reference 2.14). */
export function challengeAnswer(challenge: string): { productId: string; payload: Uint8Array } {
  return { productId: PRODUCT_ID, payload: Buffer.from(md5Hex(challenge + PRODUCT_KEY), "latin1") };
}

function md5Hex(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}
