/** A line between the collector and a server that goes wrong in the ways that lines do. */
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../../collector/network/network.ts";

interface Pair {
  near: Socket;
  far: Socket;
  /** Nothing passes any more, and nobody is told. */
  isDead: boolean;
}

export class Line {
  /** Where new connections go. */
  target: number;
  /** Bytes towards the collector arrive one by one, this far apart. */
  dripMs: number | undefined;
  /** When bytes last reached the collector, by the clock. */
  lastByteMs = 0;
  connections = 0;
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #pairs = new Set<Pair>();
  #isCut = false;

  static async to(target: number, clock: Clock): Promise<Line> {
    const line = new Line(target, clock);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  private constructor(target: number, clock: Clock) {
    this.target = target;
    this.#clock = clock;
    // The far end of a dead line does not answer a goodbye.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => this.#join(near));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** From now on every packet is lost, on lines that stand and on new ones. */
  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) pair.isDead = true;
  }

  /** New lines work again; old ones stay dead. */
  mend(): void {
    this.#isCut = false;
  }

  /** Every line that stands ends with a TCP reset. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    this.connections++;
    const far = connect({ port: this.target, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    const pair: Pair = { near, far, isDead: this.#isCut };
    this.#pairs.add(pair);
    const waiting: number[] = [];
    let isDripping = false;
    const drip = () => {
      const byte = near.destroyed ? undefined : waiting.shift();
      isDripping = byte !== undefined;
      if (byte === undefined) return;
      this.#arrive(pair, Buffer.of(byte));
      this.#clock.after(this.dripMs ?? 0, drip);
    };
    near.on("data", (bytes) => pair.isDead || far.write(bytes));
    far.on("data", (bytes: Buffer) => {
      if (this.dripMs === undefined) return this.#arrive(pair, bytes);
      waiting.push(...bytes);
      if (!isDripping) this.#clock.after(this.dripMs, drip);
      isDripping = true;
    });
    near.on("end", () => pair.isDead || far.end());
    far.on("end", () => pair.isDead || near.end());
    // "close" follows.
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.on("close", () => far.destroy());
    far.on("close", () => pair.isDead || near.destroy());
  }

  #arrive({ near, isDead }: Pair, bytes: Buffer): void {
    if (isDead || near.destroyed) return;
    this.lastByteMs = this.#clock.nowMs();
    near.write(bytes);
  }
}
