/** What was just made and is never shown again. */
export function MadeSecret({ secret }: { secret: string }) {
  return (
    <div className="grid gap-1 rounded-lg border border-line bg-tint p-4">
      <p className="font-medium">Copy it now: it is not shown again.</p>
      <code data-testid="made" className="font-mono text-[13px] break-all select-all">
        {secret}
      </code>
    </div>
  );
}
