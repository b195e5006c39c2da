/**
 * The Messenger network as the collector sees it: the library in `messenger/` signs in and listens, and what it tells
 * becomes observations. What one session learnt of the network serves the account's next one.
 */
import { type Dialect, dialectNamed } from "./messenger/dialects.ts";
import type { MessengerEvent } from "./messenger/events.ts";
import { type AccountMemory, emptyMemory, placeOf } from "./messenger/memory.ts";
import { dialGateway } from "./messenger/net/gateway.ts";
import type { HttpClient } from "./messenger/net/http.ts";
import type { Dial } from "./messenger/net/link.ts";
import { createHttpClient } from "./messenger/net/node-http.ts";
import { dialTcp } from "./messenger/net/tcp.ts";
import { openSession } from "./messenger/notification.ts";
import type { ServiceUrls } from "./messenger/services.ts";
import { Conversations } from "./messenger-conversations.ts";
import { observationsOf } from "./messenger-observations.ts";
import { OwnPlace } from "./messenger-own-place.ts";
import type { Clock, Network, Observation, Session, SignIn } from "./network.ts";

export interface MessengerParts {
  dial: Dial;
  /** `ca`: certificates (PEM) to trust besides those of the system. */
  http(ca: string | undefined): HttpClient;
  /** Ping after this much silence. */
  pingAfterMs?: number;
}

/** Over real sockets. */
export const messenger: Network = messengerNetwork({ dial: dialTcp, http: sharedHttp() });

export function messengerNetwork(parts: MessengerParts): Network {
  const memories = new Map<string, AccountMemory>();
  return {
    name: "messenger",
    open(signIn, clock, observe) {
      // Another password or another server is another account, as far as tickets go.
      const key = JSON.stringify({ ...signIn, address: signIn.address.toLowerCase() });
      const memory = memories.get(key) ?? emptyMemory();
      memories.set(key, memory);
      return open(signIn, clock, observe, parts, memory);
    },
  };
}

/** `memory`: what earlier sessions of this account have learnt. */
function open(
  signIn: SignIn,
  clock: Clock,
  observe: (observation: Observation) => void,
  parts: MessengerParts,
  memory: AccountMemory,
): Session {
  const { address, host, port } = signIn;
  const http = parts.http(signIn.ca);
  const dialTo = (server: "NS" | "SB"): Dial =>
    signIn.gateway === undefined ? parts.dial : dialGateway({ http, clock, url: signIn.gateway, server });
  const place = placeOf(memory);
  const ownAddress = address.toLowerCase();
  const status = signIn.visible ? "NLN" : "HDN";
  const ownPlace = new OwnPlace({
    placeId: place.id,
    alone: status,
    // Refused or too late: the next word about our places tells how things stand.
    change: (wish) => void session.changeStatus(wish).catch(() => undefined),
  });
  let isWatching = false;
  let conversations: Conversations | undefined;
  const session = openSession(
    {
      address,
      password: signIn.password,
      server: { host, port },
      services: definedOnly(signIn.services ?? {}),
      ...(signIn.dialect === undefined ? {} : { dialects: dialectsNamed(signIn.dialect) }),
      status,
      place,
      memory,
    },
    { clock, dial: dialTo("NS"), http, ...(parts.pingAfterMs === undefined ? {} : { pingAfterMs: parts.pingAfterMs }) },
    hear,
  );
  void session.ended.then(() => conversations?.leaveAll());
  return session;

  function hear(event: MessengerEvent): void {
    if (event.kind === "signed-in") {
      conversations?.leaveAll();
      conversations = join(event.dialect);
    }
    if (event.kind === "ring") {
      const { atMs, monotonicMs } = event;
      observe({ kind: "activity", address: event.ring.caller, did: { kind: "call" }, atMs, monotonicMs });
      // Whoever appears offline would show by answering that they are not.
      if (signIn.visible) conversations?.answer(event.ring);
    }
    if (event.kind === "snapshot-complete") isWatching = true;
    if (isWatching) ownPlace.hear(event);
    for (const observation of observationsOf(event, ownAddress)) observe(observation);
  }

  function join(dialectName: string): Conversations | undefined {
    const dialect = dialectNamed(dialectName);
    return (
      dialect &&
      new Conversations(
        { own: { address, placeId: place.id }, dialect, request: (options) => session.requestSwitchboard(options) },
        { clock, dial: dialTo("SB") },
        ({ address: who, did, to = "", ...instant }) =>
          observe({
            kind: "activity",
            address: who,
            did: did === "invitation" ? { kind: did, to } : { kind: did },
            ...instant,
          }),
      )
    );
  }
}

function dialectsNamed(name: string): Dialect[] {
  const dialect = dialectNamed(name);
  return dialect ? [dialect] : [];
}

function definedOnly(services: NonNullable<SignIn["services"]>): Partial<ServiceUrls> {
  return Object.fromEntries(Object.entries(services).filter(([, url]) => url !== undefined));
}

/** One HTTP client for all accounts that trust the same certificates. */
function sharedHttp(): (ca: string | undefined) => HttpClient {
  const clients = new Map<string, HttpClient>();
  return (ca = "") => {
    const client = clients.get(ca) ?? createHttpClient(ca === "" ? {} : { ca });
    clients.set(ca, client);
    return client;
  };
}
