/**
 * Plays the server's side of recorded conversations over real TCP and HTTP. Of those with the notification server the
 * first connection gets the first, and so on; later connections are taken and hear nothing. Those with a switchboard
 * are found by the ticket they were opened with. The web services play beside them.
 */
import { type Peer, RawServer, type WireEntry } from "./raw-server.ts";
import { type Heard, Play, type PlayOptions } from "./replay-play.ts";
import { ReplayServices } from "./replay-services.ts";
import type { Conversation } from "./transcript.ts";

export type { Fate } from "./replay-play.ts";

export interface ReplayOptions extends Omit<PlayOptions, "putRight"> {
  conversations: readonly Conversation[];
  switchboards?: readonly Conversation[];
  pieces?: readonly number[];
  /** Begin at a dispatch server on a port of its own, which sends the client on with XFR. */
  dispatch?: boolean;
}

interface Servers {
  notification: RawServer;
  switchboard: RawServer;
  dispatch: RawServer | undefined;
  services: ReplayServices;
}

export class ReplayServer {
  /** What the client said in the place of each recorded command. */
  readonly heard: readonly Heard[];
  readonly #options: ReplayOptions;
  readonly #plays: Play[];
  readonly #switchboardPlays: Play[];
  readonly #servers: Servers;

  static async listen(options: ReplayOptions): Promise<ReplayServer> {
    const plays: Play[] = [];
    const switchboardPlays: Play[] = [];
    const heard: Heard[] = [];
    const { clock, pieces = [], dispatch = false, conversations } = options;
    const services = await ReplayServices.listen({
      clock,
      current: () => conversations[Math.max(0, notification.peers.length - 1)],
      served(name, body) {
        const at = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
        notification.log.push({ ...at, connection: notification.peers.length - 1, kind: "served", name, body });
      },
    });
    const note = (one: Heard) => {
      heard.push(one);
      services.check(one);
      options.heard?.(one);
    };
    const switchboard = await RawServer.listen({
      clock,
      pieces,
      serve: (peer) =>
        serveByTicket(peer, options.switchboards ?? [], (conversation) => {
          const play = new Play(peer, conversation, {
            ...options,
            heard: note,
            driven: ["USR", "ANS", "CAL", "MSG", "OUT"],
          });
          switchboardPlays.push(play);
          return play;
        }),
    });
    const putRight = (text: string) =>
      text.replace(/^((?:XFR|RNG) .*?)127\.0\.0\.1:\d+/, `$1127.0.0.1:${switchboard.port}`);
    const notification = await RawServer.listen({
      clock,
      pieces,
      serve(peer) {
        const conversation = conversations[peer.index];
        if (conversation) plays.push(new Play(peer, conversation, { ...options, heard: note, putRight }));
      },
    });
    const first = dispatch ? await listenForDispatch(options, notification.port) : undefined;
    const servers = { notification, switchboard, dispatch: first, services };
    return new ReplayServer(options, servers, heard, plays, switchboardPlays);
  }

  private constructor(
    options: ReplayOptions,
    servers: Servers,
    heard: readonly Heard[],
    plays: Play[],
    switchboardPlays: Play[],
  ) {
    this.#options = options;
    this.#servers = servers;
    this.heard = heard;
    this.#plays = plays;
    this.#switchboardPlays = switchboardPlays;
  }

  /** Where a client should begin. */
  get port(): number {
    return (this.#servers.dispatch ?? this.#servers.notification).port;
  }

  get switchboardPort(): number {
    return this.#servers.switchboard.port;
  }

  get services(): ReplayServices {
    return this.#servers.services;
  }

  /** What the notification server sent and heard. */
  get log(): readonly WireEntry[] {
    return this.#servers.notification.log;
  }

  /** How many there are to be played. */
  get conversations(): number {
    return this.#options.conversations.length;
  }

  get connections(): number {
    return this.#servers.notification.peers.length;
  }

  get dispatches(): number {
    return this.#servers.dispatch?.peers.length ?? 0;
  }

  /** What the client did that the recorded server would not have let pass. */
  get findings(): readonly string[] {
    return this.services.findings;
  }

  /** The `nth` connection is there and has nothing left to say: it waits for the client's end, is silent or closed. */
  isPlayed(nth = this.#options.conversations.length - 1): boolean {
    return (this.#plays[nth]?.isAtRest ?? false) && !this.#servers.notification.peers[nth]?.isBusy;
  }

  /** The same of the switchboard's connections, in the order in which they came. */
  isSwitchboardPlayed(nth: number): boolean {
    return this.#switchboardPlays[nth]?.isAtRest ?? false;
  }

  /** The `nth` connection's client has signed in, as far as it can be asked. */
  isSignedIn(nth: number): boolean {
    return this.#plays[nth]?.isAskedForStatus ?? false;
  }

  /** Whether it says things in pieces. */
  get isCutting(): boolean {
    return (this.#options.pieces ?? []).length > 0;
  }

  /** It is not through with what it has to say now. */
  get isBusy(): boolean {
    return this.#servers.notification.peers.some((peer) => peer.isBusy);
  }

  isSilent(nth: number): boolean {
    return this.#plays[nth]?.isSilent ?? false;
  }

  /** For the message of a test that waits in vain. */
  get whereabouts(): string {
    const plays = [...this.#plays, ...this.#switchboardPlays].map((play) => play.whereabouts);
    return [...plays, ...this.findings].join("\n");
  }

  /** Ends a silence: pings that waited are answered, and the conversation goes on. */
  resume(nth: number): void {
    this.#plays[nth]?.resume();
  }

  /** Says something of the test's own. */
  say(nth: number, ...lines: string[]): void {
    this.#servers.notification.peers[nth]?.say(...lines);
  }

  reset(nth: number): void {
    this.#servers.notification.peers[nth]?.reset();
  }

  async close(): Promise<void> {
    const { notification, switchboard, dispatch, services } = this.#servers;
    await Promise.all([notification.close(), switchboard.close(), dispatch?.close(), services.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Waits for the first command, whose ticket tells which conversation it is. */
function serveByTicket(
  peer: Peer,
  conversations: readonly Conversation[],
  play: (conversation: Conversation) => Play,
): void {
  peer.onLine = (line, payload) => {
    const ticket = line.split(" ")[3];
    const found = conversations.find(({ steps }) => {
      const first = steps.find((step) => step.kind === "client");
      return ticket !== undefined && first?.line.split(" ")[3] === ticket;
    });
    if (found) play(found).hear(line, payload);
    else peer.say(`911 ${line.split(" ")[1]}`);
  };
}

/** The shape of XFR changed with the dialects (protocol reference 2.6). */
function transferLine(dialect: string, trId: string, port: number, ownPort: number): string {
  const version = Number(dialect.replace(/\D/g, ""));
  const to = `XFR ${trId} NS 127.0.0.1:${port}`;
  if (version <= 2) return to;
  if (version <= 6) return `${to} 0`;
  return version <= 12 ? `${to} 0 127.0.0.1:${ownPort}` : `${to} U D`;
}

function listenForDispatch({ clock, conversations, pieces = [] }: ReplayOptions, port: number): Promise<RawServer> {
  const dialect = conversations[0]?.dialect ?? "";
  return RawServer.listen({
    clock,
    pieces,
    serve(peer) {
      peer.onLine = (line) => {
        const [verb, trId = "", ...rest] = line.split(" ");
        if (verb === "VER") peer.say(`VER ${trId} ${dialect}`);
        else if (verb === "INF") peer.say(`INF ${trId} MD5`);
        else if (verb === "CVR") peer.say(`CVR ${trId} ${rest[5]} ${rest[5]} ${rest[5]}`);
        else if (verb === "USR") {
          peer.say(transferLine(dialect, trId, port, 0));
          peer.hangUp();
        }
      };
    },
  });
}
