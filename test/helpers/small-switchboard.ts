/**
 * A switchboard on loopback that does what a test tells it to: lets in whoever has a ticket, answers calls for the
 * people on its stage, acknowledges messages, and writes down what it hears. The others are played by the test.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { SwitchboardTicket } from "../../collector/network/messenger/events.ts";
import {
  CLIENT_PAYLOAD_VERBS,
  encodeFrame,
  type Frame,
  FrameDecoder,
} from "../../collector/network/messenger/wire/frame.ts";

export interface Stage {
  /** What becomes of a call: they join, their client does not answer, or an error number. Nobody else is known: 217. */
  people: Record<string, "joins" | "rings" | `${number}`>;
  /** What a message that asks for it is answered with. */
  receipt?: "ACK" | "NAK" | "nothing" | `${number}`;
  /** What follows the address in JOI: a name and maybe capabilities. */
  arrival?: string;
  /** What USR and ANS are answered with instead of a welcome. */
  door?: `${number}` | "nothing";
}

export class SmallSwitchboard {
  readonly stage: Stage;
  readonly boards: BoardPeer[] = [];
  readonly #server: Server;
  #tickets = 0;

  static async listen(stage: Stage): Promise<SmallSwitchboard> {
    const switchboard = new SmallSwitchboard(stage);
    await new Promise<void>((resolve) => switchboard.#server.listen(0, "127.0.0.1", resolve));
    return switchboard;
  }

  private constructor(stage: Stage) {
    this.stage = stage;
    this.#server = createServer({ noDelay: true }, (socket) => this.boards.push(new BoardPeer(socket, this)));
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the switchboard does not listen");
    return address.port;
  }

  /** The latest connection. */
  get board(): BoardPeer {
    const board = this.boards.at(-1);
    if (!board) throw new Error("nobody has connected yet");
    return board;
  }

  /** What XFR says. */
  ticket(): SwitchboardTicket {
    return { endpoint: { host: "127.0.0.1", port: this.port }, cookie: `ticket.${++this.#tickets}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const board of this.boards) board.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

export interface HeardMessage {
  trId: string;
  kind: string;
  payload: Buffer;
}

export class BoardPeer {
  /** Lines as they were, without payloads. */
  readonly heard: string[] = [];
  readonly messages: HeardMessage[] = [];
  isGone = false;
  readonly #socket: Socket;
  readonly #switchboard: SmallSwitchboard;

  constructor(socket: Socket, switchboard: SmallSwitchboard) {
    this.#socket = socket;
    this.#switchboard = switchboard;
    const decoder = new FrameDecoder(CLIENT_PAYLOAD_VERBS);
    socket.on("data", (bytes: Buffer) => {
      for (const frame of decoder.push(bytes)) this.#hear(frame);
    });
    // "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isGone = true;
    });
  }

  /** Texts of the messages that were heard, without their headers. */
  get bodies(): string[] {
    return this.messages.map(({ payload }) => payload.toString("utf8").split("\r\n\r\n").slice(1).join("\r\n\r\n"));
  }

  say(...lines: string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** `MSG` from somebody, with a payload that is put together from lines or given as bytes. */
  sayMessage(from: string, payload: string | Uint8Array): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
    this.#socket.write(encodeFrame("MSG", from.split(" "), bytes));
  }

  sayText(from: string, text: string): void {
    this.sayMessage(from, `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n${text}`);
  }

  hangUp(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #hear({ verb, params, payload }: Frame): void {
    this.heard.push([verb, ...params].join(" "));
    const { stage } = this.#switchboard;
    const [trId = "", first = ""] = params;
    switch (verb) {
      case "USR":
      case "ANS":
        if (stage.door === "nothing") return;
        if (stage.door) return this.say(`${stage.door} ${trId}`);
        return this.say(`${verb} ${trId} OK${verb === "USR" ? ` ${first} Me` : ""}`);
      case "CAL":
        return this.#call(trId, first);
      case "MSG": {
        this.messages.push({ trId, kind: first, payload: Buffer.from(payload ?? []) });
        const receipt = stage.receipt ?? "ACK";
        if (first !== "A" && !(first === "N" && receipt !== "ACK")) return;
        return receipt === "nothing" ? undefined : this.say(`${receipt} ${trId}`);
      }
      case "OUT":
        return this.hangUp();
    }
  }

  #call(trId: string, address: string): void {
    const fate = this.#switchboard.stage.people[address] ?? "217";
    if (fate !== "joins" && fate !== "rings") return this.say(`${fate} ${trId}`);
    this.say(`CAL ${trId} RINGING 11752099`);
    const { arrival = address.split("@")[0] } = this.#switchboard.stage;
    if (fate === "joins") this.say(`JOI ${address} ${arrival}`);
  }
}
