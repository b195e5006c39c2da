import fc from "fast-check";
import { expect, test } from "vitest";
import type { Link } from "../../../collector/network/messenger/net/link.ts";
import { FaultLink } from "../../../collector/sandbox/fault-link.ts";
import type { FaultPlan } from "../../../collector/sandbox/faults.ts";
import { bytesOf, line, payloadLine } from "../../../collector/sandbox/line.ts";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";

const SAID = [line("VER", 1, "MSNP18"), payloadLine("a\nb 5\n", "MSG", "Hotmail", "Hotmail"), line("QNG", 60)].map(
  bytesOf,
);

function send(plan: FaultPlan, writes: readonly Uint8Array[] = SAID) {
  const pieces: string[] = [];
  let isEnded = false;
  const link: Link = {
    write: (bytes) => void pieces.push(Buffer.from(bytes).toString("latin1")),
    end: () => {
      isEnded = true;
    },
    destroy: () => undefined,
  };
  const faulty = new FaultLink(link, new VirtualClock(0), plan);
  for (const bytes of writes) faulty.write(bytes);
  return { pieces, text: pieces.join(""), isEnded: () => isEnded, faulty };
}

const WHOLE = Buffer.concat(SAID).toString("latin1");

test("an empty plan changes nothing, however many frames are written at once", () => {
  expect(send({}).text).toBe(WHOLE);
  expect(send({}, [Buffer.concat(SAID)]).pieces).toEqual(SAID.map((one) => one.toString("latin1")));
});

test("a cut line has said exactly so many bytes, wherever that is", () => {
  fc.assert(
    fc.property(fc.nat({ max: WHOLE.length }), fc.integer({ min: 1, max: 9 }), (cutAfterBytes, pieceBytes) => {
      const { text, isEnded } = send({ cutAfterBytes, pieceBytes });
      expect(text).toBe(WHOLE.slice(0, cutAfterBytes));
      expect(isEnded()).toBe(cutAfterBytes < WHOLE.length);
    }),
    { seed: 7 },
  );
});

test("a held frame is sent at the latest when the connection ends", () => {
  const { pieces, faulty } = send({ onFrame: (said) => (said === "QNG 60" ? "after-the-next" : undefined) });
  expect(pieces).toHaveLength(2);
  faulty.end();
  expect(pieces[2]).toBe("QNG 60\r\n");
});

test("only the announced length is off, not the payload", () => {
  const { pieces } = send({ onFrame: (said) => (said.startsWith("MSG") ? { lengthOffBy: -2 } : undefined) });
  expect(pieces[1]).toBe("MSG Hotmail Hotmail 4\r\na\nb 5\n");
});
