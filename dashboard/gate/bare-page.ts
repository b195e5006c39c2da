/** Pages of the gate itself: they stand alone, and need no file of the dashboard. */

/** A whole page around `content`, which is HTML already. */
export function bare(nonce: string, title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style nonce="${nonce}">
${FRAME_STYLE}
</style>
</head>
<body>
<main>
  ${BRAND}
  ${content}
</main>
</body>
</html>
`;
}

const FRAME_STYLE = `  :root { color-scheme: light dark; font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
    --ground: light-dark(#f7f8f8, #101415); --card: light-dark(#fff, #181d1f); --ink: light-dark(#1b2426, #e6ebec);
    --soft: light-dark(#566164, #9aa6a9); --line: light-dark(#dfe4e5, #2a3235); --mark: light-dark(#0b7a63, #4cc3a5);
    --on-mark: light-dark(#fff, #06241c); --edge: light-dark(#c3cbcd, #3c474a); --warn: light-dark(#8a4b00, #f3c98b);
    --warn-ground: light-dark(#fdf3e1, #2a2113); --warn-line: light-dark(#f0d9ae, #4a3a1e); }
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
  form { margin: 20px 0 0; }
  label { display: block; margin: 0 0 6px; font-size: .95rem; font-weight: 600; }
  input { display: block; width: 100%; margin: 0 0 14px; padding: 10px 12px; font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--edge); border-radius: 8px; }
  button { width: 100%; padding: 10px 16px; font: inherit; font-weight: 600; color: var(--on-mark); background: var(--mark); border: 0; border-radius: 8px; cursor: pointer; }
  :focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
  .refused { padding: 8px 12px; color: var(--warn); background: var(--warn-ground); border: 1px solid var(--warn-line); border-radius: 8px; }
  details { margin-top: 20px; font-size: .9rem; }
  summary { width: fit-content; color: var(--soft); cursor: pointer; }
  details p { margin: 10px 0 8px; }
  ul { margin: 20px 0; padding: 0; list-style: none; }
  li { border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  li a { display: block; padding: 10px 0; }
  li a span { display: block; font-size: .85rem; color: var(--soft); }
  a { color: var(--mark); text-decoration: none; }
  a:hover { text-decoration: underline; }`;

const BRAND =
  '<p class="brand"><svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><rect x="1" y="3" width="11" height="3.5" rx="1.2"/><rect x="1" y="8.25" width="18" height="3.5" rx="1.2"/><rect x="1" y="13.5" width="7" height="3.5" rx="1.2"/></svg>Rollcall</p>';

/** Text as it stands in HTML, in an attribute too. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
