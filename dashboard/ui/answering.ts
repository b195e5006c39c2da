/** `lost`: the dashboard does not answer. `signed-out`: it does, and does not let this browser in any more. */
export type Answering = "live" | "lost" | "signed-out";

/** What everyone but a guest may ask, and nothing comes of it. */
const SESSION = "/api/session";

/** Asks the dashboard for nothing but an answer. `path`: where the caller may ask. */
export async function whoAnswers(path: string = SESSION): Promise<Answering> {
  try {
    return (await fetch(path, { cache: "no-store" })).status === 401 ? "signed-out" : "live";
  } catch {
    return "lost";
  }
}
