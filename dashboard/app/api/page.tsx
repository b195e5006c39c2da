import type { Metadata } from "next";
import { OPERATIONS } from "../../api/operations.ts";

export const metadata: Metadata = { title: "API" };

const EXAMPLE = 'curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:7655/api/v1/now';

/** What programs may ask, from the same list that answers them. */
export default function ApiPage() {
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">API</h1>
      <p className="mt-1 max-w-prose text-soft">
        Everything that the pages show, for programs. Make a token in{" "}
        <a className={LINK} href="/settings">
          Settings
        </a>
        ;{" "}
        <a className={LINK} href="/api/v1/openapi.json">
          openapi.json
        </a>{" "}
        describes every answer. Instants are UTC epoch milliseconds, lengths are milliseconds; time that nobody observed
        is unknown, and in no denominator.
      </p>
      <pre className="mt-4 whitespace-pre-wrap rounded-lg border border-line bg-card px-4 py-3 font-mono text-[13px] [overflow-wrap:anywhere]">
        {EXAMPLE}
      </pre>
      <ul className="panel mt-6 divide-y divide-line px-4 sm:px-6">
        {OPERATIONS.map(({ path, summary, query }) => (
          <Question key={path} path={path} summary={summary} words={Object.keys(query.shape)} />
        ))}
        <Question
          path="/changes"
          summary="Each change as it is recorded, as server-sent events; Last-Event-ID goes on behind a seq"
          words={[]}
        />
        <Question
          path="/export/{shape}.csv"
          summary="The downloads of the pages: events, spans, daily, hourly or coverage"
          words={["from", "to", "tz", "contact", "account"]}
        />
      </ul>
    </>
  );
}

const LINK = "text-mark underline underline-offset-2";

function Question({ path, summary, words }: { path: string; summary: string; words: readonly string[] }) {
  return (
    <li className="grid gap-1 py-3.5 text-sm">
      <code className="font-mono text-[13px] font-semibold [overflow-wrap:anywhere]">GET /api/v1{path}</code>
      <span>{summary}</span>
      {words.length > 0 && <span className="text-[13px] text-soft">{words.join(", ")}</span>}
    </li>
  );
}
