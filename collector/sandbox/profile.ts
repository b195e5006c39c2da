/** The message that follows every sign-in, with the header names of the recordings (protocol reference 2.5). */
import type { Dialect } from "../network/messenger/dialects.ts";
import { memberIds } from "./identity.ts";

export interface ProfileFacts {
  dialect: Dialect;
  address: string;
  loginMs: number;
  /** Without `t=`, as the recordings have it. */
  mspAuth: string;
}

export function profileMessage({ dialect, address, loginMs, mspAuth }: ProfileFacts): Buffer {
  const { high, low } = memberIds(address);
  const lines = [
    "MIME-Version: 1.0",
    "Content-Type: text/x-msmsgsprofile; charset=UTF-8",
    `LoginTime: ${Math.floor(loginMs / 1000)}`,
    "EmailEnabled: 0",
    `MemberIdHigh: ${high}`,
    `MemberIdLow: ${low}`,
    "lang_preference: 1033",
    "preferredEmail:",
    "country:",
    "PostalCode:",
    "Gender:",
    "Kid: 0",
    "Age:",
    "BDayPre:",
    "Birthday:",
    "Wallet:",
    "Flags: 536872513",
    "sid: 507",
    `MSPAuth: ${mspAuth}`,
    "ClientIP: 127.0.0.1",
    "ClientPort: 0",
    "ABCHMigrated: 1",
    `MPOPEnabled: ${dialect.number >= 16 ? 1 : 0}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8");
}
