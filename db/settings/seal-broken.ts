/** A password that cannot be opened. Apart from sealing.ts, so that whoever only tells it need not load what seals. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}
