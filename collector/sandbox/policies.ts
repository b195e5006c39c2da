/** The policy files that a server hands out: unasked from MSNP13 on, on request in MSNP11 and MSNP12 (GCF). */

const SHIELDS =
  '<config><shield><cli maj="7" min="0" minbld="0" maxbld="9999" deny=" " /></shield><block></block></config>';

/** Nothing is blocked here. */
export function policies(): string {
  return `<Policies><Policy type="SHIELDS" checksum="${"0".repeat(32)}">${SHIELDS}</Policy></Policies>`;
}

/** `Shields.xml` on request. */
export function shields(): string {
  return SHIELDS;
}
