/** Putting people on the lists and taking them off, in the words of each dialect, against the sandbox. */
import { expect, test } from "vitest";
import { listen } from "../../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../../collector/sandbox/server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

const ACCOUNTS = [
  { address: "me@x.com", password: "password", name: "Me", contacts: [{ address: "bob@x.com", groups: [] }] },
  { address: "bob@x.com", password: "bobpw", name: "Bob", contacts: [{ address: "me@x.com", groups: [] }] },
  { address: "zoe@x.com", password: "zoepw", name: "Zoë", contacts: [] },
];

for (const dialect of [2, 7, 9, 11, 12, 13, 15, 18]) {
  test(`MSNP${dialect}: somebody is watched, blocked, allowed and watched no more`, async () => {
    const clock = new TestClock();
    const listening = await listen(new SandboxServer({ clock, accounts: ACCOUNTS }), 0);
    try {
      await using scene = new HandSession({ port: listening.port, clock, dialects: [dialect] });
      await scene.until(() => {
        void clock.advance(1);
        return scene.isWatching() || scene.end !== undefined;
      }, "the barrier");
      const edit = async (how: "watch" | "block" | "allow" | "stop-watching", address: string) => {
        let isOver = false;
        const edited = scene.session.editContact(how, { address }).finally(() => {
          isOver = true;
        });
        edited.catch(() => undefined);
        while (!isOver) await clock.advance(5);
        await edited;
        const last = scene.told.findLast((said) => said.kind === "contact-changed" && said.contact.address === address);
        return last?.kind === "contact-changed" ? [...last.contact.lists].filter((list) => list !== "reverse") : [];
      };
      expect(await edit("watch", "zoe@x.com")).toEqual(["forward", "allow"]);
      expect(await edit("block", "zoe@x.com")).toEqual(["forward", "block"]);
      expect(await edit("allow", "zoe@x.com")).toEqual(["forward", "allow"]);
      expect(await edit("stop-watching", "zoe@x.com")).toEqual(["allow"]);
      await expect(edit("watch", "nobody@x.com")).rejects.toThrow(/no such user|InvalidPassportUser/);
    } finally {
      const closed = listening.close();
      await clock.advance(1_000);
      await closed;
    }
  });
}
