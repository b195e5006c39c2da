/** `CHL` and `QRY` from the asking side (protocol reference 2.14). */
import { randomInt } from "node:crypto";
import { longAnswer, shortAnswer } from "../network/messenger/auth/challenge.ts";
import { DIALECTS, type Dialect } from "../network/messenger/dialects.ts";

/** Products whose key is known: ours, and those that other clients name. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ...DIALECTS.map(({ product }) => [product.challengeId, product.challengeKey] as const),
  ["PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR"],
  ["PROD0058#7IL2{QD", "QHDCY@7R1TB6W?5B"],
  ["PROD0061VRRZH@4F", "JXQ6J@TUOGYV@N0M"],
  ["PROD0090YUAUV{2B", "YMM8C_H7KCQ2S_KL"],
  ["PROD01065C%ZFN6F", "O4BG@C7BWLYQX?5G"],
  ["PROD0113H11T8$X_", "RG@XY*28Q5QHS%Q5"],
  ["PROD0114ES4Z%Q5W", "PK}_A_0N_K%O?A9S"],
]);

/** Twenty digits. */
export function newChallenge(): string {
  return Array.from({ length: 20 }, () => randomInt(10)).join("");
}

export function isRightAnswer({ number }: Dialect, challenge: string, productId: string, payload: Uint8Array): boolean {
  const key = KEYS.get(productId);
  if (key === undefined) return false;
  const right = number < 11 ? shortAnswer(challenge, key) : longAnswer(challenge, productId, key);
  return Buffer.from(payload).toString("latin1") === right;
}
