import { expect, test } from "vitest";
import { challengeAnswer } from "../../../collector/network/messenger/auth/md5.ts";

test.each([
  ["12345678901234567890", "8ba1bb9d6dbf624fee31a2053af5fdd0"],
  ["15570131571988941333", "8f2f5a91b72102cd28355e9fc9000d6e"],
  ["11111111111111111111", "3b6666b60157322b6fc6e41a115968f5"],
])("the answer to challenge %s is the published one (protocol reference A.1)", (challenge, answer) => {
  const { productId, payload } = challengeAnswer(challenge);
  expect(productId).toBe("msmsgs@msnmsgr.com");
  expect(Buffer.from(payload).toString("latin1")).toBe(answer);
});
