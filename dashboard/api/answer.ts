/** From a request below `/api/v1` to its answer. */
import "server-only";
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { openHistory } from "../data/history.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { type BadParameter, BadParameters, problem } from "./problem.ts";

const SLIP_LETTERS = 2;

/** `path`: the parts behind `/api/v1/`. */
export async function answerApi(path: readonly string[], search: URLSearchParams): Promise<Response> {
  const found = find(path);
  if (!found) return problem(404, `There is no /api/v1/${path.join("/").slice(0, 100)}; /api lists all there is.`);
  const { operation, id } = found;
  try {
    const query = parsed(operation.query, search);
    const history = openHistory();
    if (history.kind === "nothing-yet") return problem(503, "Nothing has been recorded yet.");
    if (history.kind === "unreadable") return problem(500, history.message);
    const answer = await operation.handle({ db: history.db, nowMs: Date.now(), id, query: query as never });
    if (answer === undefined) return problem(404, `There is none with the number ${id}.`);
    return Response.json(answer, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    if (!(error instanceof BadParameters)) throw error;
    return problem(400, error.message, { errors: error.parameters });
  }
}

export function onlyRead(): Response {
  return problem(405, "The API answers GET and HEAD.", { headers: { Allow: "GET, HEAD" } });
}

function find(path: readonly string[]): { operation: Operation; id: number } | undefined {
  for (const operation of OPERATIONS) {
    const parts = operation.path.slice(1).split("/");
    const at = parts.indexOf("{id}");
    if (parts.length !== path.length || parts.some((part, i) => i !== at && part !== path[i])) continue;
    const said = at === -1 ? "0" : (path[at] ?? "");
    if (/^(0|[1-9]\d{0,14})$/.test(said)) return { operation, id: Number(said) };
  }
  return undefined;
}

/** Throws BadParameters, which names all that will not do at once. */
function parsed(schema: z.ZodObject, search: URLSearchParams): unknown {
  const twice = [...new Set(search.keys())].filter((name) => search.getAll(name).length > 1);
  const checked = schema.safeParse(Object.fromEntries(search));
  const bad: BadParameter[] = twice.map((name) => ({ name, detail: "it is said more than once" }));
  if (!checked.success) bad.push(...checked.error.issues.flatMap((issue) => inWords(issue, Object.keys(schema.shape))));
  if (bad.length > 0) throw new BadParameters(bad);
  return checked.data;
}

function inWords(issue: z.core.$ZodIssue, known: readonly string[]): BadParameter[] {
  if (issue.code !== "unrecognized_keys") return [{ name: issue.path.join("."), detail: issue.message }];
  return issue.keys.map((name) => {
    const meant = known.length > 0 ? closest(name, known) : undefined;
    const isNear = meant !== undefined && distance(name, meant) <= SLIP_LETTERS;
    const others = known.length > 0 ? `: there are ${known.join(", ")}` : ": there are none here";
    return {
      name: name.slice(0, 60),
      detail: `there is no such parameter${isNear ? `; did you mean ${meant}?` : others}`,
    };
  });
}
