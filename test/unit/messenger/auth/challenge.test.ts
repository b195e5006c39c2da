import { expect, test } from "vitest";
import { answerChallenge, longAnswer, shortAnswer } from "../../../../collector/network/messenger/auth/challenge.ts";
import { DIALECTS, type Dialect, dialectNamed } from "../../../../collector/network/messenger/dialects.ts";

function dialect(name: string): Dialect {
  const found = dialectNamed(name);
  if (!found) throw new Error(`no dialect ${name}`);
  return found;
}

function answerOf(name: string, challenge: string): string {
  return Buffer.from(answerChallenge(dialect(name), challenge).payload).toString("latin1");
}

test.each([
  ["12345678901234567890", "8ba1bb9d6dbf624fee31a2053af5fdd0"],
  ["15570131571988941333", "8f2f5a91b72102cd28355e9fc9000d6e"],
  ["11111111111111111111", "3b6666b60157322b6fc6e41a115968f5"],
])("MSNP6 to MSNP10 answer challenge %s as published (protocol reference A.1)", (challenge, answer) => {
  expect(shortAnswer(challenge, "Q1P7W2E4J9R8U3S5")).toBe(answer);
  for (const name of ["MSNP6", "MSNP7", "MSNP8", "MSNP9", "MSNP10"]) expect(answerOf(name, challenge)).toBe(answer);
});

test.each([
  ["11533365622852247127", "f086d1ded067186deca8dba2231602cf"],
  ["13038318816579321232", "3b25f5aab8143dd9a47971541666ae0e"],
  ["13676118092332012962", "e9ccbb3e90fabb047bad055f1d025cde"],
])("MSNP11 and later answer challenge %s as published (protocol reference A.2)", (challenge, answer) => {
  expect(longAnswer(challenge, "PROD0113H11T8$X_", "RG@XY*28Q5QHS%Q5")).toBe(answer);
});

test.each([
  ["11533365622852247127", "f086d15e"],
  ["13038318816579321232", "3b25f52a"],
  ["13676118092332012962", "1d025c5e"],
])("the words are not masked before the last step, as a known server does (challenge %s)", (challenge, wrong) => {
  expect(longAnswer(challenge, "PROD0113H11T8$X_", "RG@XY*28Q5QHS%Q5")).not.toContain(wrong);
});

test.each([
  ["PROD0090YUAUV{2B", "YMM8C_H7KCQ2S_KL", "d8d8cb2c2043a603d8286a3343143ee1"],
  ["PROD0119GSJUC$18", "ILTXC!4IXB5FB*PX", "521fdf1c2586c53b01b2b2653dc9085f"],
  ["PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM", "9cb1df88322e338f23c67780a2ff14e1"],
])("product %s answers as computed elsewhere", (productId, key, answer) => {
  expect(longAnswer("15570131571988941333", productId, key)).toBe(answer);
});

test("each dialect names its own product", () => {
  const answer = answerChallenge(dialect("MSNP15"), "15570131571988941333");
  expect(answer.productId).toBe("PROD0119GSJUC$18");
  expect(Buffer.from(answer.payload).toString("latin1")).toBe("521fdf1c2586c53b01b2b2653dc9085f");
  expect(answerOf("MSNP18", "15570131571988941333")).toBe("9cb1df88322e338f23c67780a2ff14e1");
  for (const { name, product } of DIALECTS)
    expect(answerChallenge(dialect(name), "1").productId).toBe(product.challengeId);
});

test("a challenge of any length has an answer of 32 digits", () => {
  for (let length = 0; length < 40; length++) {
    expect(longAnswer("7".repeat(length), "PROD0120PW!CCV9@", "C1BX{V4W}Q3*10SM")).toMatch(/^[0-9a-f]{32}$/);
  }
});
