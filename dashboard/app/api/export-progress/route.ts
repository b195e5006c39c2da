import { progressOf } from "../../../data/export-progress.ts";

export const dynamic = "force-dynamic";

/** How far a download has got that was given this word: `?of=WORD`. */
export function GET(request: Request): Response {
  const progress = progressOf(new URL(request.url).searchParams.get("of") ?? "");
  const headers = { "Cache-Control": "no-store" };
  return progress ? Response.json(progress, { headers }) : new Response(null, { status: 404, headers });
}
