/** What a server says during a sign-in: kept in files, and read again in the least that any client must do. */
import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { SaxesParser } from "saxes";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { endMessage } from "../../../collector/network/messenger/errors.ts";
import type { HttpClient } from "../../../collector/network/messenger/net/http.ts";
import type { Dial } from "../../../collector/network/messenger/net/link.ts";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import { systemClock } from "../../../collector/network/messenger/system-clock.ts";
import { PASSWORD, WATCHER } from "../worlds.ts";

export interface Recorded {
  /** Says the files. */
  port: number;
  lines: string;
  documents: string[];
  bytes: number;
}

/** Signs the watcher in and keeps what all the servers say. */
export async function record(dialect: string, port: number, folder: string): Promise<Omit<Recorded, "port">> {
  const lines = `${dialect}.lines`;
  const documents: string[] = [];
  let bytes = 0;
  const file = createWriteStream(join(folder, lines));
  const dial: Dial = (endpoint, events) =>
    dialTcp(endpoint, {
      ...events,
      data: (chunk) => {
        file.write(chunk);
        bytes += chunk.length;
        events.data(chunk);
      },
    });
  const web = createHttpClient();
  const http: HttpClient = async (request) => {
    const response = await web(request);
    // Passport says what it has to say in its headers.
    if (!response.headers["content-type"]?.includes("xml")) return response;
    const name = `${dialect}-${documents.length}.xml`;
    documents.push(name);
    return { ...response, body: keep(response.body, join(folder, name)) };
  };
  async function* keep(body: AsyncIterable<Uint8Array>, path: string) {
    const document = createWriteStream(path);
    for await (const chunk of body) {
      document.write(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    document.end();
    await finished(document);
  }
  const spoken = dialectNamed(dialect);
  const options = { address: WATCHER, password: PASSWORD, server: { host: "127.0.0.1", port } };
  const session = openSession(
    { ...options, ...(spoken && { dialects: [spoken] }) },
    { clock: systemClock, dial, http },
    ({ kind }) => kind === "snapshot-complete" && session.close(),
  );
  const end = await session.ended;
  if (end.why !== "asked") throw new Error(`the sign-in to record has ended: ${endMessage(end)}`);
  web.close();
  file.end();
  await finished(file);
  return { lines, documents, bytes };
}

/** Downloads the same bytes, cuts the lines into words and passes the XML through a parser that nobody listens to. */
export async function scan({ port, lines, documents }: Recorded): Promise<void> {
  await read(port, lines, cutter());
  for (const name of documents) {
    const parser = new SaxesParser();
    const decoder = new TextDecoder();
    await read(port, name, (chunk) => void parser.write(decoder.decode(chunk, { stream: true })));
    parser.close();
  }
}

/** Kept where the optimiser cannot see that nobody asks for it. */
export const seen = { words: 0 };

/** A line that is cut in two by the chunks counts as two: nothing is kept here. */
function cutter(): (chunk: Buffer) => void {
  return (chunk) => {
    let at = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, at)) {
      seen.words += chunk.toString("latin1", at, end).split(" ").length;
      at = end + 1;
    }
  };
}

async function read(port: number, name: string, take: (chunk: Buffer) => void): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(`${name}\n`);
  for await (const chunk of socket) take(chunk as Buffer);
}
