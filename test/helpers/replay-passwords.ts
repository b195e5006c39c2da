import type { Conversation } from "./transcript.ts";

/** What the recorded clients signed in with. */
export function passwordOf({ address, steps }: Pick<Conversation, "address" | "steps">): string {
  const isRefused = steps.some(
    (step) =>
      (step.kind === "server" && step.verb === "911") ||
      (step.kind === "response" && (step.response.status === 401 || /FailedAuth/.test(step.response.body?.text ?? ""))),
  );
  const [who = ""] = address.split("@");
  if (!isRefused) return `${who}pw`;
  return who === "alice" ? "WRONG" : "x";
}
