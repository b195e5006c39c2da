import { expect, test } from "vitest";
import { fuzz as details } from "../../fuzz/details.ts";
import { fuzz as frames } from "../../fuzz/frames.ts";
import { fuzz as mime } from "../../fuzz/mime.ts";
import { fuzz as xml } from "../../fuzz/xml.ts";

// What fuzzing has found, shortened; each was a fault when it was found.
test.each([
  ["a header's value that begins on its second line", mime, "A:\n 1\r\n\r\n"],
  ["text before a record within a record", xml, "\x1e<ml><d>some &text that is long enough to be cut<d></d></d></ml>"],
  [
    "a message that ends its own element at once",
    details,
    "<Data><PSM></PSM></PSM><CurrentMedia></CurrentMedia></Data>",
  ],
  ["frames before a refusal", frames, "\x43ILN 1\r\n<ml>\r\n"],
])("%s", (_, fuzz, input) => {
  expect(() => fuzz(Buffer.from(input, "latin1"))).not.toThrow();
});
