/** The message that follows every sign-in, with the header names of the recordings (protocol reference 2.5). */
export function profileMessage(loginMs: number): Buffer {
  const lines = [
    "MIME-Version: 1.0",
    "Content-Type: text/x-msmsgsprofile; charset=UTF-8",
    `LoginTime: ${Math.floor(loginMs / 1000)}`,
    "EmailEnabled: 0",
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
    "ClientIP: 127.0.0.1",
    "ABCHMigrated: 1",
    "MPOPEnabled: 0",
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8");
}
