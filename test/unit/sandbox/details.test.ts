import { expect, test } from "vitest";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { detailsXml, type Place, readTold } from "../../../collector/sandbox/details.ts";
import { NO_DETAILS } from "../../../collector/sandbox/directory.ts";

const PLACE: Place = {
  id: "{22222222-2222-2222-2222-222222222222}",
  capabilities: "2789003324:48",
  epName: "",
  isIdle: false,
  clientType: "",
  state: "",
};

function write(dialectName: string, personalMessage: string, currentMedia = "", isOwn = false): string {
  const details = { ...NO_DETAILS, personalMessage, currentMedia };
  return detailsXml(dialectNamed(dialectName) ?? expect.unreachable(), { details, places: [PLACE] }, isOwn);
}

test.each([
  ["MSNP11", "<Data><PSM>a &amp; &lt;b&gt; é</PSM><CurrentMedia>\\0M</CurrentMedia></Data>"],
  ["MSNP13", "<Data><PSM>a &#x26; &#x3C;b&#x3E; é</PSM><CurrentMedia>\\0M</CurrentMedia></Data>"],
  [
    "MSNP16",
    '<Data><PSM>a &#x26; &#x3C;b&#x3E; é</PSM><CurrentMedia>&#x5C;0M</CurrentMedia><SignatureSound></SignatureSound><EndpointData id="{22222222-2222-2222-2222-222222222222}"><Capabilities>2789003324:48</Capabilities></EndpointData></Data>',
  ],
  [
    "MSNP18",
    '<Data><PSM>a &#x26; &#x3C;b&#x3E; é</PSM><CurrentMedia>&#x5C;0M</CurrentMedia><DDP></DDP><SignatureSound></SignatureSound><Scene></Scene><ColorScheme></ColorScheme><EndpointData id="{22222222-2222-2222-2222-222222222222}"><Capabilities>2789003324:48</Capabilities></EndpointData></Data>',
  ],
])("%s escapes and orders as recorded", (dialectName, expected) => {
  expect(write(dialectName, "a & <b> é", "\\0M")).toBe(expected);
});

test("the owner is told about the places, too", () => {
  const own = write("MSNP16", "", "", true);
  expect(own).toContain(
    '<PrivateEndpointData id="{22222222-2222-2222-2222-222222222222}"></PrivateEndpointData></Data>',
  );
  // As recorded (msnp16-presence).
  expect(Buffer.byteLength(own)).toBe(288);
});

test("what is said is read back; what is not mentioned is not touched", () => {
  expect(readTold(Buffer.from("<Data><PSM>a &amp; b</PSM><CurrentMedia/></Data>"))).toEqual({
    details: { personalMessage: "a & b", currentMedia: "" },
    place: {},
  });
  expect(readTold(Buffer.from("<EndpointData><Capabilities>1:2</Capabilities></EndpointData>"))).toEqual({
    details: {},
    place: { capabilities: "1:2" },
  });
});

test.each(["", "<Data><PSM>", "<Data><PSM>a & b</PSM></Data>", "<Other/>", "words"])("%s is not taken", (text) => {
  expect(readTold(Buffer.from(text))).toBeUndefined();
});
