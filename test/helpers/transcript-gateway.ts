/** The recorded gateway session as the conversation that it carried. */
import { CLIENT_PAYLOADS, RawFrames, SERVER_PAYLOADS } from "./frames.ts";
import type { ClientStep, Conversation, ServerStep, Step } from "./transcript.ts";
import type { WebRequest, WebResponse } from "./transcript-web.ts";

/**
 * What `gw` said and heard through the gateway. It asked another service for its ticket than our client does: the
 * nexus's and the login server's answers are those that `donor` got in the same recording, with that ticket.
 */
export function throughGateway({ steps, ...gateway }: Conversation, donor: Conversation): Conversation {
  const carried: Step[] = [];
  let commands: ClientStep[] = [];
  let ticket = "";
  for (const step of steps) {
    if (step.kind === "request" && isGateway(step.request)) commands = commandsIn(step.request, step.atMs);
    else if (step.kind === "response" && step.response.headers["X-Token"]) ticket = step.response.headers["X-Token"];
    else if (step.kind === "response" && step.response.status === 200) {
      carried.push(...interleave(commands, answersIn(step.response, step.atMs)));
      commands = [];
    }
  }
  const address = carried.find((step): step is ClientStep => step.kind === "client" && step.verb === "USR");
  const who = address?.line.split(" ")[4] ?? "";
  const signIn = donor.steps.filter(({ kind }) => kind === "request" || kind === "response");
  return {
    ...gateway,
    address: who,
    dialect: "MSNP8",
    steps: [...signIn.map((step) => asTheirs(step, donor, who, ticket)), ...carried],
  };
}

function isGateway({ path }: WebRequest): boolean {
  return path.startsWith("/gateway/gateway.dll") && !path.includes("bogus");
}

function commandsIn({ body }: WebRequest, atMs: number): ClientStep[] {
  const frames = new RawFrames(CLIENT_PAYLOADS).push(Buffer.from(body?.text ?? ""));
  return frames.map((frame) => ({ atMs, kind: "client", ...spoken(frame.line, frame.payload) }));
}

function answersIn({ body }: WebResponse, atMs: number): ServerStep[] {
  const frames = new RawFrames(SERVER_PAYLOADS).push(Buffer.from(body?.text ?? ""));
  return frames.map((frame) => ({ atMs, kind: "server", ...spoken(frame.line, frame.payload) }));
}

function spoken(line: string, payload: Buffer | undefined) {
  const [verb = "", second = ""] = line.split(" ");
  const trId = /^\d+$/.test(second) && !/^(LSG|MSG|NLN|FLN)$/.test(verb) ? second : undefined;
  return { line, verb, trId, bytes: Buffer.concat([Buffer.from(`${line}\r\n`, "latin1"), payload ?? Buffer.alloc(0)]) };
}

/** One request may carry several commands, and its response the answers to all: each behind its own. */
function interleave(commands: readonly ClientStep[], answers: readonly ServerStep[]): Step[] {
  const steps: Step[] = [];
  const waiting = [...commands];
  const sent = waiting.shift();
  if (sent) steps.push(sent);
  for (const answer of answers) {
    while (waiting.some(({ trId }) => trId === answer.trId)) steps.push(waiting.shift() as ClientStep);
    steps.push(answer);
  }
  return [...steps, ...waiting];
}

function asTheirs(step: Step, donor: Conversation, address: string, ticket: string): Step {
  const [theirs, ours] = [donor.address, address].map((one) => one.split("@")[0] ?? "");
  const put = (headers: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace(/from-PP='[^']*'/, `from-PP='${ticket}'`).replaceAll(theirs ?? "", ours ?? ""),
      ]),
    );
  if (step.kind === "request") return { ...step, request: { ...step.request, headers: put(step.request.headers) } };
  if (step.kind !== "response") return step;
  return { ...step, response: { ...step.response, headers: put(step.response.headers) } };
}
