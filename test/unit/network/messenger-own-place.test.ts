import { expect, test } from "vitest";
import type { MessengerEvent, Place } from "../../../collector/network/messenger/events.ts";
import { OwnPlace } from "../../../collector/network/messenger-own-place.ts";

const OURS = "{1}";

/** What is changed to as the server tells of these places, one after the other; an id with its state. */
function changes(...told: Record<string, string | undefined>[]): string[] {
  const changed: string[] = [];
  const place = new OwnPlace({ placeId: OURS, alone: "HDN", change: (status) => void changed.push(status) });
  for (const places of told) {
    const list = Object.entries(places).map(
      ([id, state]): Place => ({ id, state, name: undefined, isIdle: undefined, capabilities: undefined }),
    );
    const details = { personalMessage: "", currentMedia: "", places: list };
    place.hear({ kind: "own-details", details, atMs: 1, monotonicMs: 1 } as MessengerEvent);
  }
  return changed;
}

test("whoever is at another place when we come keeps the status they had there", () => {
  expect(changes({ [OURS]: "HDN", "{2}": "BSY" })).toEqual(["BSY"]);
});

test("what their own place says later is theirs to say", () => {
  expect(changes({ [OURS]: "HDN", "{2}": "BSY" }, { [OURS]: "HDN", "{2}": "NLN" })).toEqual(["BSY"]);
  expect(changes({ [OURS]: "HDN" }, { [OURS]: "HDN", "{2}": "NLN" })).toEqual([]);
});

test("when their last place is gone we show what we were told to", () => {
  expect(changes({ [OURS]: "HDN" }, { [OURS]: "HDN", "{2}": "NLN" }, { [OURS]: "HDN" })).toEqual(["HDN"]);
  expect(changes({ [OURS]: "HDN", "{2}": "NLN", "{3}": "NLN" }, { [OURS]: "HDN", "{3}": "NLN" })).toEqual(["NLN"]);
});

test("a place that does not say its status, or hides as we do, changes nothing", () => {
  expect(changes({ [OURS]: "HDN", "{2}": undefined })).toEqual([]);
  expect(changes({ [OURS]: "HDN", "{2}": "HDN" })).toEqual([]);
});
