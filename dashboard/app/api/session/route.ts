export const dynamic = "force-dynamic";

/** Reached only with a session: the gate answers everyone else with 401. */
export function GET(): Response {
  return new Response(null, { status: 204 });
}
