/** What a browser without a session sees. It stands alone: no file of the dashboard is served before the door opens. */
export function doorPage(nonce: string, keyWasTried: boolean): string {
  const opening = keyWasTried
    ? "<p><strong>This address has been used already, or a newer one has been printed since.</strong> Each works once, in one browser.</p>"
    : "<p>Your history is private, on this computer too: the dashboard opens with the address that Rollcall prints when it starts.</p>";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollcall is locked</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
    --ground: light-dark(#f7f8f8, #101415); --card: light-dark(#fff, #181d1f); --ink: light-dark(#1b2426, #e6ebec);
    --soft: light-dark(#566164, #9aa6a9); --line: light-dark(#dfe4e5, #2a3235); --mark: light-dark(#0b7a63, #4cc3a5); }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--ground); color: var(--ink); }
  main { width: min(32rem, 100%); padding: clamp(24px, 6vw, 40px); background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
  .brand { display: flex; gap: 10px; align-items: center; font-weight: 650; letter-spacing: -.01em; margin: 0 0 28px; }
  .brand svg { color: var(--mark); }
  h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em; margin: 0 0 12px; }
  p { margin: 0 0 12px; color: var(--soft); text-wrap: pretty; }
  strong { color: var(--ink); font-weight: 600; }
  h2 { font-size: .95rem; margin: 24px 0 6px; }
  code { font: .9em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
  pre { margin: 0 0 12px; padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); overflow-x: auto; }
  p:last-child { margin-bottom: 0; }
</style>
</head>
<body>
<main>
  <p class="brand"><svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><rect x="1" y="3" width="11" height="3.5" rx="1.2"/><rect x="1" y="8.25" width="18" height="3.5" rx="1.2"/><rect x="1" y="13.5" width="7" height="3.5" rx="1.2"/></svg>Rollcall</p>
  <h1>This dashboard is locked</h1>
  ${opening}
  <h2>To get in</h2>
  <p>Ask for a fresh address on the computer that runs Rollcall, and open it here. After that this browser stays signed in.</p>
  <pre><code>npx rollcall key</code></pre>
</main>
</body>
</html>
`;
}

/** The same for programs. */
export const DOOR_LINE =
  "Not signed in: open the address that `npx rollcall start`, `serve` or `key` printed last; each works once.";
