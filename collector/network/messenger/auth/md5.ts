import { createHash } from "node:crypto";

/**
 * The answer to `USR n MD5 S salt`, MSNP2 to MSNP7 (protocol reference 2.4). The whole password is digested: that only
 * its first 16 characters counted (1.6) was a habit of Microsoft's, and the servers of today keep a digest of all of it.
 */
export function md5Answer(salt: string, password: string): string {
  return createHash("md5")
    .update(salt + password, "utf8")
    .digest("hex");
}
