/** All fuzz targets by name: the names of the files beside this one. */

export interface Target {
  /** Throws when what it tries does not behave. */
  fuzz(data: Uint8Array): void | Promise<void>;
  /** Where to begin. */
  seeds(): Uint8Array[];
}

export const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  frames: () => import("./frames.ts"),
  words: () => import("./words.ts"),
  presence: () => import("./presence.ts"),
  details: () => import("./details.ts"),
  mime: () => import("./mime.ts"),
  xml: () => import("./xml.ts"),
  soap: () => import("./soap.ts"),
  lists: () => import("./lists.ts"),
  switchboard: () => import("./switchboard.ts"),
  gateway: () => import("./gateway.ts"),
};
