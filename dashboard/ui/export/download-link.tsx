"use client";
import { useEffect, useRef, useState } from "react";
import type { Progress } from "../../data/export-progress.ts";
import { MAIN_BUTTON } from "../settings/form-parts.tsx";

const ASK_EVERY_MS = 400;
/** A browser may first ask where to put the file. */
const BEGINS_WITHIN_MS = 120_000;

/** The download, and how far it has got. Without scripts it is a plain link. */
export function DownloadLink({ href, children }: { href: string; children: string }) {
  const [word, setWord] = useState("");
  const [progress, setProgress] = useState<Progress>();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (word === "") return;
    const beganMs = performance.now();
    const timer = setInterval(() => {
      void ask(word).then((told) => {
        if (told) setProgress(told);
        const isLate = !told && performance.now() - beganMs > BEGINS_WITHIN_MS;
        if (isLate || (told && told.state !== "going")) clearInterval(timer);
      });
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [word]);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <a
        ref={link}
        href={href}
        download
        className={`inline-block ${MAIN_BUTTON}`}
        onClick={() => {
          const fresh = crypto.randomUUID();
          if (link.current) link.current.href = `${href}&progress=${fresh}`;
          setProgress(undefined);
          setWord(fresh);
        }}
      >
        {children}
      </a>
      {progress?.state === "going" && progress.share !== null && (
        <progress value={progress.share} max={1} aria-label="Download" className="h-2 w-40 accent-mark" />
      )}
      <p role="status" className="text-sm text-soft">
        {progress ? progressWords(progress) : ""}
      </p>
    </div>
  );
}

async function ask(word: string): Promise<Progress | undefined> {
  try {
    const answer = await fetch(`/api/export-progress?of=${word}`, { cache: "no-store" });
    return answer.status === 200 ? ((await answer.json()) as Progress) : undefined;
  } catch {
    return undefined;
  }
}

function progressWords({ rows, share, state }: Progress): string {
  const count = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
  if (state === "done") return `Done: ${count}`;
  if (state === "broken-off") return `Broken off after ${count}`;
  return share === null ? count : `${Math.floor(share * 100)} %, ${count}`;
}
