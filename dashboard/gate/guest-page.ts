/** What a guest sees first, and wherever they may not look: whom they may. */
import type { Guest } from "../../db/access/guests.ts";
import { bare, escaped } from "./bare-page.ts";
import type { SeenContact } from "./guest.ts";

const LONGEST_NAME = 80;

export function guestPage(nonce: string, guest: Guest, own: readonly SeenContact[], isFirst: boolean): string {
  const until = new Date(guest.untilMs).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const list = own.map(
    ({ id, name, address }) =>
      `<li><a href="/contact/${id}"><bdi>${escaped(name.slice(0, LONGEST_NAME) || address)}</bdi><span><bdi>${escaped(address)}</bdi></span></a></li>`,
  );
  const content = `<h1>${isFirst ? "When they are around" : "This page is not among yours"}</h1>
  <p>You are a guest here until ${until}, and may look at:</p>
  ${list.length === 0 ? "<p><strong>Nobody, for now:</strong> this history does not know whom you were to see.</p>" : `<ul>${list.join("")}</ul>`}`;
  return bare(nonce, "Rollcall", content);
}
