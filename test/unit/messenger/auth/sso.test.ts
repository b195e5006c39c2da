import { createDecipheriv, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { derive, ssoBlob } from "../../../../collector/network/messenger/auth/sso.ts";

const SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const NONCE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v";
const KEY = Buffer.from(SECRET, "base64");

test("the derived keys are those of protocol reference A.3", () => {
  expect(derive(KEY, "SESSION KEY HASH").toString("hex")).toBe("06af2ac1f46df3fde6e65fef60a13bd21eabb69f09a542c0");
  expect(derive(KEY, "SESSION KEY ENCRYPTION").toString("hex")).toBe(
    "2dd0114b936beb17cc1d7fa10191010bb4b7b487404c43e3",
  );
});

test("the blob is that of protocol reference A.3", () => {
  expect(ssoBlob({ secret: SECRET, nonce: NONCE, iv: Buffer.from("0102030405060708", "hex") })).toBe(
    "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAECAwQFBgcI5/b6UPUTyMkbVgyWJivzLXG/cLmTf97iF2gvOrwe8XEYQ8Kj5DN/yALnynD7vWPpHmyDjRL2TjRuAIi4Ye4jnlDzgjE+X44BE34YOGu1wBO9jhHyDGsnYHCyB40=",
  );
});

test("what the server would check holds for any key and nonce", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.base64String({ minLength: 4 }), (key, nonce) => {
      const blob = Buffer.from(ssoBlob({ secret: Buffer.from(key).toString("base64"), nonce }), "base64");
      expect(blob.readUInt32LE(24)).toBe(blob.length - 56);
      const decipher = createDecipheriv(
        "des-ede3-cbc",
        derive(key, "SESSION KEY ENCRYPTION"),
        blob.subarray(28, 28 + 8),
      );
      const opened = Buffer.concat([decipher.update(blob.subarray(56)), decipher.final()]).toString("latin1");
      expect(opened).toBe(nonce);
      const hash = createHmac("sha1", derive(key, "SESSION KEY HASH")).update(nonce).digest();
      expect(blob.subarray(36, 56)).toEqual(hash);
    }),
    { seed: 15, numRuns: 200 },
  );
});

test("two proofs of one nonce differ", () => {
  expect(ssoBlob({ secret: SECRET, nonce: NONCE })).not.toBe(ssoBlob({ secret: SECRET, nonce: NONCE }));
});
