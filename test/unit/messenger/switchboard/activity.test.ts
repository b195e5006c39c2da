import { expect, it } from "vitest";
import { activityOf } from "../../../../collector/network/messenger/switchboard/activity.ts";
import type { ConversationNews } from "../../../../collector/network/messenger/switchboard/events.ts";

const AT = { atMs: 1, monotonicMs: 2 };
const FROM = "bob@example.com";
const SECRET = "the words themselves";

function seen(news: ConversationNews) {
  return activityOf({ ...news, ...AT }, "Me@example.com");
}

it("says who did what and when, and not a word of what was said", () => {
  const all: ConversationNews[] = [
    { kind: "text", from: FROM, name: SECRET, text: SECRET, format: undefined },
    { kind: "typing", from: FROM },
    { kind: "nudge", from: FROM },
    { kind: "datacast", from: FROM, id: 4, data: SECRET },
    {
      kind: "invitation",
      from: FROM,
      invitation: { by: "text", application: "File Transfer", applicationId: "", file: { name: SECRET, sizeBytes: 1 } },
    },
  ];
  const told = all.map(seen);
  expect(told.map((one) => one?.did)).toEqual(["message", "typing", "nudge", "message", "invitation"]);
  expect(told.every((one) => one?.address === FROM && one.atMs === 1 && one.monotonicMs === 2)).toBe(true);
  expect(told.at(-1)?.to).toBe("File Transfer");
  expect(JSON.stringify(told)).not.toContain(SECRET);
});

it("says nothing of what nobody did, and of ourselves at another place", () => {
  expect(seen({ kind: "closed", why: "idle", explanation: "" })).toBeUndefined();
  expect(seen({ kind: "left", address: FROM, timedOut: false })).toBeUndefined();
  expect(seen({ kind: "typing", from: "me@example.com" })).toBeUndefined();
  expect(
    seen({ kind: "mime", from: FROM, contentType: "text/x-clientcaps", headers: {}, body: Buffer.from(SECRET) }),
  ).toBeUndefined();
});
