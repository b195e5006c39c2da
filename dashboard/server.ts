/**
 * The dashboard's process: one gate in front of Next. Every request is checked here, before Next sees it, for the name
 * it asks for and for a session; so no page, file or stream can be forgotten.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Access } from "../db/access/access.ts";
import { AccessRefused } from "../db/access/access-file.ts";
import { isLoopback } from "../db/settings/address-list.ts";
import { dataFolder, prepareDataFolder } from "../db/settings/data-folder.ts";
import { inAddress, type Listen, listenSettings, ownAddress, refuseWithoutPassword } from "../db/settings/listen.ts";
import { SettingsError } from "../db/settings/settings-error.ts";
import { sharedAttempts } from "./gate/attempts.ts";
import { byToken, tokenIn } from "./gate/bearer.ts";
import { refuseCaller, wayOf } from "./gate/caller.ts";
import { atTheDoor, type Door, ownPage } from "./gate/door.ts";
import { DOOR_LINE, type DoorWords, doorPage, SIGN_IN_LINE } from "./gate/door-page.ts";
import { guestMay, keepOnlyPlainHeaders } from "./gate/guest.ts";
import { guestContacts } from "./gate/guest-contacts.ts";
import { guestPage } from "./gate/guest-page.ts";
import { securityHeaders } from "./gate/headers.ts";
import { stamp } from "./gate/identity.ts";
import { ownNames } from "./gate/names.ts";
import { signIn } from "./gate/sign-in.ts";
import { type Handler, packedFirst } from "./packed.ts";

/** As much of Next as we use. Its own types would change what `process.env` is for the whole project. */
type NextModule = (options: { dev: boolean; dir: string }) => {
  prepare: () => Promise<void>;
  getRequestHandler: () => Handler;
};

// Whatever this creates, in whatever folder, is its owner's alone.
process.umask(0o077);

try {
  const listen = listenSettings();
  const folder = dataFolder();
  prepareDataFolder(folder);
  const access = new Access(folder);
  refuseWithoutPassword(listen, access.hasPassword());
  await serve(listen, access, folder);
} catch (error) {
  const isForPeople = error instanceof SettingsError || error instanceof AccessRefused;
  console.error(isForPeople ? error.message : error);
  // By itself it would not end where it listens already, nor where Next listens for what is not caught.
  process.exit(error instanceof SettingsError ? 2 : 1);
}

async function serve(listen: Listen, access: Access, folder: string): Promise<void> {
  // Taking the port comes first: it is cheap, and the likeliest thing to go wrong.
  let next: Handler | undefined;
  // Nothing here speaks anything but HTTP. Without this, Next takes upgrades for itself once it runs, past the gate.
  const server = createServer({ shouldUpgradeCallback: () => false }, (request, response) => {
    answer(request, response, { access, folder, listen, port: portOf(server.address()), next }).catch(
      (error: unknown) => admitFailure(request, response, error),
    );
  });
  server.once("error", (error: NodeJS.ErrnoException) => {
    console.error(whyNotListening(error, listen));
    process.exit(1);
  });
  await new Promise<void>((resolve) => server.listen(listen.port, listen.host, resolve));
  const port = portOf(server.address());

  next = await startNext();
  console.log(`Open ${firstAddress({ ...listen, port }, access)}`);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.close();
    // Live views never end by themselves.
    server.closeAllConnections();
    access.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The parent that started it is gone, however it went.
  process.on("disconnect", stop);
}

/** Without a password, an address that opens; with one, no key lies about in the log of every start. */
function firstAddress(listen: Listen, access: Access): string {
  const own = ownAddress(listen);
  if (own === undefined) return `http://${inAddress(listen.host)}:${listen.port}/`;
  return access.hasPassword() ? `${own}/` : `${own}/?key=${access.makeKey(Date.now())}`;
}

/** Next looks at these when it is loaded, so they are set before. */
async function startNext(): Promise<Handler> {
  Object.assign(process.env, { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const next = createRequire(import.meta.url)("next") as NextModule;
  const app = next({ dev: false, dir: import.meta.dirname });
  // Next tells stdout how long its settings took; the one line that stands there is ours.
  const { log } = console;
  console.log = () => undefined;
  try {
    await app.prepare();
  } finally {
    console.log = log;
  }
  return packedFirst(join(import.meta.dirname, ".next", "static"), app.getRequestHandler());
}

interface House {
  access: Access;
  folder: string;
  listen: Listen;
  port: number;
  /** Undefined while it starts. */
  next: Handler | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, house: House): Promise<void> {
  const { access, folder, listen, port, next } = house;
  const nonce = randomBytes(16).toString("base64");
  const headers = securityHeaders(nonce);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const path = (request.url ?? "/").split("?", 1)[0] as string;
  if (!path.startsWith("/_next/static/")) response.setHeader("Cache-Control", "no-store");

  const place = { port, names: ownNames(listen), proxies: listen.proxies };
  const refusal = refuseCaller(request, place);
  if (refusal) return say(response, refusal.code, "text/plain", refusal.message);
  if (!isAddress(request.url)) return say(response, 400, "text/plain", "That is not an address of this dashboard.");
  if (!next) return say(response, 503, "text/plain", "The dashboard is starting; try again in a moment.");

  const door = { port, way: wayOf(request, place), nowMs: Date.now() };
  stamp(request, undefined);
  if (path === "/sign-in" && request.method === "POST") return letIn(request, response, { access, door, nonce });
  const text = tokenIn(request);
  if (text !== undefined) {
    const bearing = byToken(access, request, text, door.nowMs);
    if (bearing.kind === "in") {
      stamp(request, { kind: "token", name: bearing.token.name, scope: bearing.token.scope });
      return next(request, response);
    }
    if (bearing.code === 401) response.setHeader("WWW-Authenticate", 'Bearer realm="Rollcall"');
    return say(response, bearing.code, "text/plain", bearing.message);
  }
  const passage = atTheDoor(access, request, door);
  switch (passage.kind) {
    case "redirect":
      if (passage.cookie) response.setHeader("Set-Cookie", passage.cookie);
      response.writeHead(303, { Location: passage.location }).end();
      return;
    case "out": {
      const hasPassword = access.hasPassword();
      if (/^\/(api|export|_next)\//.test(path))
        return say(response, 401, "text/plain", hasPassword ? SIGN_IN_LINE : DOOR_LINE);
      // What a form would have changed is not tried again by itself after signing in.
      const to = ownPage(request.method === "GET" ? (request.url ?? "/") : "/");
      return say(
        response,
        401,
        "text/html",
        doorPage({ ...wordsAt(access, door, nonce), ...passage, hasPassword, to }),
      );
    }
    case "in":
      if (path === "/sign-in") {
        response.writeHead(303, { Location: "/" }).end();
        return;
      }
      stamp(request, { kind: "owner", sessionId: passage.session.id });
      // Next takes the nonce for its own scripts from here.
      request.headers["content-security-policy"] = headers["Content-Security-Policy"];
      return next(request, response);
    case "guest": {
      // The owner, too, may have tried a link in this browser.
      if (path === "/sign-in") {
        const words = { keyWasTried: false, hasPassword: access.hasPassword(), to: "/" };
        return say(response, 401, "text/html", doorPage({ ...wordsAt(access, door, nonce), ...words }));
      }
      const own = path.startsWith("/_next/static/") ? [] : guestContacts(folder, passage.guest.contacts);
      if (!guestMay(request, own))
        return say(response, path === "/" ? 200 : 403, "text/html", guestPage(nonce, passage.guest, own, path === "/"));
      keepOnlyPlainHeaders(request);
      stamp(request, { kind: "guest", name: passage.guest.name });
      request.headers["content-security-policy"] = headers["Content-Security-Policy"];
      return next(request, response);
    }
    default:
      passage satisfies never;
  }
}

async function letIn(
  request: IncomingMessage,
  response: ServerResponse,
  { access, door, nonce }: { access: Access; door: Door; nonce: string },
): Promise<void> {
  const outcome = await signIn(access, request, door, sharedAttempts());
  if (outcome.kind === "in") {
    response.writeHead(303, { Location: outcome.location, "Set-Cookie": outcome.cookie }).end();
    return;
  }
  if (outcome.retryAfterS !== undefined) response.setHeader("Retry-After", outcome.retryAfterS);
  // Of what was not read nothing more is.
  if (!request.complete) response.setHeader("Connection", "close");
  const { why: refused, to } = outcome;
  const words = { ...wordsAt(access, door, nonce), keyWasTried: false, hasPassword: access.hasPassword(), to, refused };
  say(response, outcome.code, "text/html", doorPage(words));
}

function wordsAt(access: Access, { way }: Door, nonce: string): Pick<DoorWords, "nonce" | "asksForCodes" | "keyOpens"> {
  return { nonce, asksForCodes: access.asksForCodes(), keyOpens: isLoopback(way.address) };
}

/** One line for whoever runs it, and an answer for whoever asked: a browser without one would wait for ever. */
function admitFailure({ method, url = "/" }: IncomingMessage, response: ServerResponse, error: unknown): void {
  // Behind the question mark there may be a key.
  const asked = `${method} ${url.split("?", 1)[0]?.slice(0, 200)}`;
  const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
  console.error(`${asked} could not be answered: ${why}`);
  if (response.headersSent) response.destroy();
  else say(response, 500, "text/plain", "The dashboard failed to answer; why stands where Rollcall was started.");
}

/** Something that can be parsed, that does not name a host of its own, and whose escapes are whole. */
function isAddress(url = "/"): boolean {
  if (!/^\/(?![/\\])/.test(url) || !URL.canParse(url, "http://dashboard")) return false;
  try {
    decodeURIComponent(url.split("?", 1)[0] as string);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

function say(response: ServerResponse, code: number, type: "text/plain" | "text/html", text: string): void {
  response
    .writeHead(code, { "Content-Type": `${type}; charset=utf-8` })
    .end(type === "text/plain" ? `${text}\n` : text);
}

function portOf(address: AddressInfo | string | null): number {
  return (address as AddressInfo).port;
}

function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Listen): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} is in use, perhaps by another Rollcall: stop that one, or choose another with ROLLCALL_PORT=${port === 65_535 ? port - 1 : port + 1}.`;
  }
  if (error.code === "EACCES") {
    return `Port ${port} is not for everyone to use: choose one above 1023 with ROLLCALL_PORT (default 7655).`;
  }
  return `Cannot listen on ${host} port ${port}: ${error.message}.`;
}
