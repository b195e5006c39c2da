/** Display pictures: the msnobj of a presence line (protocol reference 3.3). Only its identity is read, no picture. */
import { createHash } from "node:crypto";
import type { Picture } from "../events.ts";
import { decodeText } from "../wire/text.ts";
import { readAttributes } from "../wire/xml.ts";
import { remembering } from "./memo.ts";

/**
 * The picture that a parameter of a presence line offers, `null` when it says that there is none (`0`, or an msnobj
 * without SHA1D), nothing when it is no msnobj. The same word gives the same object.
 */
export function readPicture(token: string): Picture | null | undefined {
  return token === "0" || token === NO_PICTURE ? null : readObject(token);
}

/** As the revival server says it. */
const NO_PICTURE = "%3Cmsnobj%2F%3E";

const readObject = remembering((token): Picture | null | undefined => {
  const raw = decodeText(token);
  if (!/^\s*<msnobj[\s/>]/.test(raw)) return undefined;
  const fields = readFields(raw);
  const sha1d = fields.get("SHA1D");
  if (!sha1d) return null;
  const size = fields.get("Size");
  const sizeBytes = size !== undefined && /^\d{1,10}$/.test(size) ? Number(size) : undefined;
  return Object.freeze({ sha1d, sizeBytes, raw });
});

/** The fields that SHA1C covers, in its order. */
const CHECKED_FIELDS = ["Creator", "Size", "Type", "Location", "Friendly", "SHA1D"];

/**
 * Whether a picture's SHA1C is that of its other fields; `undefined` when it has none. A wrong one means that somebody
 * on the way has changed the element, or that its writer cannot count: its SHA1D still tells one picture from another.
 */
export function isIntact({ raw }: Picture): boolean | undefined {
  const fields = readFields(raw);
  const said = fields.get("SHA1C");
  if (!said) return undefined;
  const covered = CHECKED_FIELDS.map((name) => `${name}${fields.get(name) ?? ""}`).join("");
  return said === createHash("sha1").update(covered).digest("base64");
}

function readFields(raw: string): Map<string, string> {
  const fields = readAttributes(raw);
  for (const name of ["SHA1D", "SHA1C"]) {
    const hash = fields.get(name);
    // Sloppy peers decode the `+` of base64 to a space.
    if (hash) fields.set(name, hash.trim().replaceAll(" ", "+"));
  }
  return fields;
}
