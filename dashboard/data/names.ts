/** Names are what strangers chose to send. They are shown as text, isolated with <bdi>, and never trusted for length. */

/** Letters, digits, marks, punctuation and symbols are something to see; spaces and control characters are not. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const LONGEST = 80;

/** A name for lists, titles and labels: the address where the name shows nothing, cut where it goes on and on. */
export function shownName(name: string, address: string): string {
  const shown = VISIBLE.test(name) ? name.trim() : address;
  // By code points, so that no emoji is cut in half.
  const points = [...shown.slice(0, 4 * LONGEST)];
  return points.length > LONGEST ? `${points.slice(0, LONGEST - 1).join("")}…` : points.join("");
}
