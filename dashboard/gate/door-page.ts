export interface Door {
  hasPassword: boolean;
  keyWasTried?: boolean;
  /** Why the password that was tried did not open. */
  problem?: string;
  /** Where to go when it is open: an address of the dashboard. */
  next: string;
}

/** What a browser without a session sees. It stands alone: no file of the dashboard is served before the door opens. */
export function doorPage(nonce: string, door: Door): string {
  const { hasPassword, keyWasTried } = door;
  const opening = keyWasTried
    ? "<p><strong>This address has been used already, or a newer one has been printed since.</strong> Each works once, in one browser on the computer that runs Rollcall.</p>"
    : hasPassword
      ? ""
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
    --soft: light-dark(#566164, #9aa6a9); --line: light-dark(#dfe4e5, #2a3235); --mark: light-dark(#0b7a63, #4cc3a5);
    --field: light-dark(#7d8a8d, #69767a); --bad: light-dark(#a4262c, #ff9a91); }
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
  p:last-child, pre:last-child { margin-bottom: 0; }
  label { display: block; margin: 0 0 6px; font-weight: 600; font-size: .95rem; }
  input { width: 100%; padding: 10px 12px; font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--field); border-radius: 8px; }
  button { margin: 14px 0 0; padding: 9px 20px; font: inherit; font-weight: 600; color: var(--card); background: var(--mark); border: 0; border-radius: 8px; cursor: pointer; }
  :is(input, button):focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
  .problem { color: var(--bad); font-weight: 600; margin: 8px 0 0; }
  form { margin: 20px 0 0; }
  .forgot { margin: 28px 0 0; font-size: .875rem; }
</style>
</head>
<body>
<main>
  <p class="brand"><svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><rect x="1" y="3" width="11" height="3.5" rx="1.2"/><rect x="1" y="8.25" width="18" height="3.5" rx="1.2"/><rect x="1" y="13.5" width="7" height="3.5" rx="1.2"/></svg>Rollcall</p>
  <h1>This dashboard is locked</h1>
  ${opening}
  ${hasPassword ? passwordForm(door) : KEY_WAY}
</main>
</body>
</html>
`;
}

const KEY_WAY = `<h2>To get in</h2>
  <p>Ask for a fresh address on the computer that runs Rollcall, and open it here. After that this browser stays signed in.</p>
  <pre><code>npx rollcall key</code></pre>`;

function passwordForm({ problem, next }: Door): string {
  const invalid = problem === undefined ? "" : ' aria-invalid="true" aria-describedby="problem"';
  return `<form method="post" action="/sign-in">
    <input type="hidden" name="next" value="${inAttribute(next)}">
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required autofocus${invalid}>
    ${problem === undefined ? "" : `<p class="problem" id="problem" role="alert">${problem}</p>`}
    <button type="submit">Sign in</button>
  </form>
  <p class="forgot">Forgotten it? On the computer that runs Rollcall, <code>npx rollcall password</code> sets another one.</p>`;
}

function inAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** The same for programs. */
export const DOOR_LINE =
  "Not signed in: open the dashboard in a browser and sign in there, or with the address that `npx rollcall key` prints.";
