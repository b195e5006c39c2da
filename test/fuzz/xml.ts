import { deepStrictEqual } from "node:assert/strict";
import { readMl } from "../../collector/network/messenger/lists/ml.ts";
import { type XmlElement, XmlError, XmlReader } from "../../collector/network/messenger/soap/xml-reader.ts";
import { readSoap } from "../helpers/transcript.ts";
import { inPieces } from "./cuts.ts";
import { recordedPayloads } from "./recorded.ts";

/** XML in any cut gives the same records and the same refusal. */
export function fuzz(data: Uint8Array): void {
  const { whole, pieces } = inPieces(data);
  const read = readAll(pieces);
  const readWhole = readAll([whole]);
  // Which of two faults is met first may depend on the cut, and with it the last records.
  if (read.refusal === undefined || readWhole.refusal === undefined) deepStrictEqual(read, readWhole);
  readMl(whole);
}

function readAll(pieces: readonly Uint8Array[]): { records: XmlElement[]; refusal?: string } {
  const records: XmlElement[] = [];
  const keep = (record: XmlElement) => void records.push(record);
  const reader = new XmlReader({ Contact: keep, Member: keep, Membership: keep, Group: keep, Fault: keep, d: keep });
  try {
    for (const piece of pieces) reader.write(piece);
    reader.end();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { records, refusal: error.code };
  }
  return { records };
}

export function seeds(): Uint8Array[] {
  const answers = ["soap-msnp13-ABFindAll", "soap-msnp13-FindMembership", "soap-msnp18-ABFindAll"].map(readSoap);
  const fault =
    '<?xml version="1.0"?><!-- a --><s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Client</faultcode><detail><errorcode>FullSyncRequired</errorcode><a><![CDATA[<b>]]></a></detail></s:Fault></s:Body></s:Envelope>';
  const small = answers.map((xml) => xml.replace(/(<Contact>.*?<\/Contact>).*(?=<\/contacts>)/s, "$1"));
  const payloads = [...[fault, ...small].map((xml) => Buffer.from(xml)), ...recordedPayloads(/^(ADL|RML)$/)];
  return payloads.map((xml, n) => Buffer.concat([Buffer.of(n * 9), xml]));
}
