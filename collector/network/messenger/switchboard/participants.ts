/**
 * Who else is in the conversation. From MSNP16 on a person joins once for each place and once as themselves, and we
 * join our own conversation (protocol reference 2.16); here everyone is one entry, and we are none.
 */
import type { Capabilities } from "../events.ts";
import { readAddress } from "../presence/address.ts";
import { readCapabilities } from "../presence/capabilities.ts";
import type { Participant } from "./events.ts";

export type CapabilitiesOf = (address: string) => Capabilities | undefined;

/** A conversation of more is no conversation; a server that goes on naming people is not believed. */
const MAX_PARTICIPANTS = 500;

export class Participants {
  readonly #own: string;
  readonly #capabilitiesOf: CapabilitiesOf;
  readonly #present = new Map<string, Participant>();

  /** `capabilitiesOf`: what presence has told, for the dialects in which the switchboard does not. */
  constructor(ownAddress: string, capabilitiesOf: CapabilitiesOf = () => undefined) {
    this.#own = ownAddress.toLowerCase();
    this.#capabilitiesOf = capabilitiesOf;
  }

  get list(): readonly Participant[] {
    return [...this.#present.values()];
  }

  get size(): number {
    return this.#present.size;
  }

  has(address: string): boolean {
    return this.#present.has(address);
  }

  nameOf(address: string): string | undefined {
    return this.#present.get(address)?.name;
  }

  /** Whether everyone here can join messages that come in several packets. */
  get canAllJoinChunks(): boolean {
    return this.list.every(({ address, capabilities }) => {
      return (capabilities ?? this.#capabilitiesOf(address))?.canJoinChunks === true;
    });
  }

  /** Whoever has joined, when they were not here before. `said`: address, and maybe name and capabilities. */
  arrive(said: { token: string; name: string; capabilities: string | undefined }): Participant | undefined {
    const { address, place } = readAddress(said.token);
    if (address === this.#own || address === "") return undefined;
    const before = this.#present.get(address);
    if (!before && this.#present.size >= MAX_PARTICIPANTS) return undefined;
    const places = new Set(before?.places);
    if (place !== undefined && places.size < MAX_PARTICIPANTS) places.add(place);
    const participant: Participant = {
      address,
      name: said.name || (before?.name ?? ""),
      capabilities: (said.capabilities ? readCapabilities(said.capabilities) : undefined) ?? before?.capabilities,
      places: [...places],
    };
    this.#present.set(address, participant);
    return before ? undefined : participant;
  }

  /** The address of whoever has left altogether: by themselves, or from the last of their places. */
  depart(token: string): string | undefined {
    const { address, place } = readAddress(token);
    const before = this.#present.get(address);
    if (!before) return undefined;
    const places = place === undefined ? [] : before.places.filter((one) => one !== place);
    if (places.length > 0 || (place !== undefined && !before.places.includes(place))) {
      this.#present.set(address, { ...before, places });
      return undefined;
    }
    this.#present.delete(address);
    return address;
  }

  clear(): void {
    this.#present.clear();
  }
}
