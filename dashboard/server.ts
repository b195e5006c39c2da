/**
 * The dashboard's process: one gate in front of Next. Every request is checked here, before Next sees it, for the name
 * it asks for and for a session; so no page, file or stream can be forgotten.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { Access, AccessRefused } from "../db/access/access.ts";
import { refuseOpenDoor } from "../db/access/open-door.ts";
import { dataFolder, prepareDataFolder } from "../db/settings/data-folder.ts";
import { addressToOpen, type Listen, listenSettings } from "../db/settings/listen.ts";
import { SettingsError } from "../db/settings/settings-error.ts";
import { ACCESS_FORMS, answerAccessForm } from "./gate/access-forms.ts";
import { Attempts } from "./gate/attempts.ts";
import { admit } from "./gate/caller.ts";
import { atTheDoor, noCookie, sessionCookie } from "./gate/door.ts";
import { DOOR_LINE, type Door, doorPage } from "./gate/door-page.ts";
import { SESSION_HEADER, securityHeaders } from "./gate/headers.ts";
import { signIn } from "./gate/sign-in.ts";

/** As much of Next as we use. Its own types would change what `process.env` is for the whole project. */
type NextModule = (options: { dev: boolean; dir: string }) => {
  prepare: () => Promise<void>;
  getRequestHandler: () => Handler;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

// Whatever this creates, in whatever folder, is its owner's alone.
process.umask(0o077);

try {
  const listen = listenSettings();
  const folder = dataFolder();
  prepareDataFolder(folder);
  const access = new Access(folder);
  refuseOpenDoor(listen, access);
  await serve(listen, access);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof AccessRefused)) throw error;
  console.error(error.message);
  // By itself it would not end where it listens already.
  process.exit(error instanceof SettingsError ? 2 : 1);
}

async function serve(listen: Listen, access: Access): Promise<void> {
  const attempts = new Attempts();
  // Taking the port comes first: it is cheap, and the likeliest thing to go wrong.
  let next: Handler | undefined;
  // Nothing here speaks anything but HTTP. Without this, Next takes upgrades for itself once it runs, past the gate.
  const server = createServer({ shouldUpgradeCallback: () => false }, (request, response) => {
    const gate = { access, attempts, listen: { ...listen, port: portOf(server.address()) }, next };
    answer(request, response, gate).catch((error: unknown) => admitFailure(request, response, error));
  });
  server.once("error", (error: NodeJS.ErrnoException) => {
    console.error(whyNotListening(error, listen));
    process.exit(1);
  });
  await new Promise<void>((resolve) => server.listen(listen.port, listen.host, resolve));
  const port = portOf(server.address());

  next = await startNext();
  // Once there is a password, nobody has to copy an address from a terminal.
  const key = access.password === undefined ? access.makeKey(Date.now()) : undefined;
  console.log(`Open ${addressToOpen({ host: listen.host, port }, key)}`);

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
  return app.getRequestHandler();
}

interface Gate {
  access: Access;
  attempts: Attempts;
  listen: Listen;
  next: Handler | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, gate: Gate): Promise<void> {
  const { access, listen, next } = gate;
  const nonce = randomBytes(16).toString("base64");
  const headers = securityHeaders(nonce);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const path = (request.url ?? "/").split("?", 1)[0] as string;
  if (!path.startsWith("/_next/static/")) response.setHeader("Cache-Control", "no-store");

  // The address of a socket that has gone is not known any more.
  const peer = request.socket.remoteAddress;
  const { headers: asked, rawHeaders, url, method } = request;
  const caller = admit({ headers: asked, rawHeaders, url, method, peer }, listen);
  if (caller.kind === "refused") return say(response, caller.code, "text/plain", caller.message);
  if (!isAddress(url)) return say(response, 400, "text/plain", "That is not an address of this dashboard.");
  if (!next) return say(response, 503, "text/plain", "The dashboard is starting; try again in a moment.");

  const lock = (code: number, door: Omit<Door, "hasPassword">) =>
    say(response, code, "text/html", doorPage(nonce, { hasPassword: access.password !== undefined, ...door }));
  const { port } = listen;
  const nowMs = () => Date.now();
  if (path === "/sign-in" && method === "POST") {
    const came = await signIn(request, { ...gate, address: caller.address, nowMs });
    if (came.kind === "out") {
      const { code, problem } = SIGN_IN_PROBLEMS[came.why];
      const waitS = Math.ceil(came.waitMs / 1_000);
      if (waitS > 0) response.setHeader("Retry-After", waitS);
      const wait = waitS === 0 ? "" : ` Try again in ${waitS} ${waitS === 1 ? "second" : "seconds"}.`;
      return lock(code, { problem: `${problem}${wait}`, next: came.next });
    }
    return goOn(response, came.location, sessionCookie(came.token, port, caller));
  }
  const passage = atTheDoor(access, request, { port, nowMs: nowMs(), caller });
  switch (passage.kind) {
    case "redirect":
      return goOn(response, passage.location, passage.cookie);
    case "out":
      if (/^\/(api|export|_next)\//.test(path)) return say(response, 401, "text/plain", DOOR_LINE);
      return lock(401, { keyWasTried: passage.keyWasTried, next: method === "GET" ? (url ?? "/") : "/" });
    case "in": {
      const { session } = passage;
      if (method === "POST" && ACCESS_FORMS.some((form) => form === path)) {
        const desk = { ...gate, address: caller.address, session, host: listen.host, nowMs };
        const outcome = await answerAccessForm(path, request, desk);
        return outcome === "out" ? goOn(response, "/", noCookie(port)) : goOn(response, `/settings?access=${outcome}`);
      }
      // There is nothing to see: whoever is in goes on.
      if (path === "/sign-in") return goOn(response, "/");
      // Next takes the nonce for its own scripts from here.
      request.headers["content-security-policy"] = headers["Content-Security-Policy"];
      // Whatever the browser said of it.
      request.headers[SESSION_HEADER] = session;
      return next(request, response);
    }
    default:
      passage satisfies never;
  }
}

const SIGN_IN_PROBLEMS = {
  wrong: { code: 401, problem: "That is not the password." },
  "too-often": { code: 429, problem: "Too many attempts." },
  "no-password": { code: 401, problem: "No password is set." },
  "no-form": { code: 400, problem: "That was no sign-in." },
} as const;

function goOn(response: ServerResponse, location: string, cookie?: string): void {
  if (cookie) response.setHeader("Set-Cookie", cookie);
  response.writeHead(303, { Location: location }).end();
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
