import { expect, test } from "vitest";
import { spokenIn } from "../../../../collector/sandbox/web/sniff.ts";

test("what a client speaks shows as soon as it can be told, and no sooner", () => {
  const told = (text: string) => {
    const bytes = Buffer.from(text, "latin1");
    for (let size = 0; size <= bytes.length; size += 1) {
      const spoken = spokenIn(bytes.subarray(0, size));
      if (spoken) return `${spoken} after ${size}`;
    }
    return "never";
  };
  expect(told("\x16\x03\x01\x02\x00")).toBe("tls after 1");
  expect(told("GET / HTTP/1.1\r\n")).toBe("http after 4");
  expect(told("POST /RST.srf HTTP/1.1\r\n")).toBe("http after 5");
  expect(told("OPTIONS * HTTP/1.1\r\n")).toBe("http after 8");
  expect(told("VER 1 MSNP18 CVR0\r\n")).toBe("messenger after 1");
  expect(told("PNG\r\n")).toBe("messenger after 2");
  expect(told("OUT\r\n")).toBe("messenger after 2");
  expect(told("GET\r\n")).toBe("messenger after 4");
  expect(told("\r\n")).toBe("messenger after 1");
});
