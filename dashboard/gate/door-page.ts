/** What a browser without a session sees. It stands alone: no file of the dashboard is served before the door opens. */
import { bare, escaped } from "./bare-page.ts";

export interface DoorWords {
  nonce: string;
  keyWasTried: boolean;
  /** A guest's link that opens nothing, or nothing any more. */
  linkWasTried?: true;
  /** Whether there is a password to sign in with. */
  hasPassword: boolean;
  /** Whether sign-in asks for a code as well. */
  asksForCodes: boolean;
  /** Whether a key would open, where this browser is. */
  keyOpens: boolean;
  /** The page to go to afterwards; one of our own. */
  to: string;
  /** Why the last attempt was refused. */
  refused?: string;
}

export function doorPage(words: DoorWords): string {
  const { nonce, hasPassword } = words;
  if (words.linkWasTried) return bare(nonce, "This link opens nothing", LINK_OVER);
  return bare(
    nonce,
    hasPassword ? "Sign in · Rollcall" : "Rollcall is locked",
    hasPassword ? signInForm(words) : locked(words),
  );
}

const LINK_OVER = `<h1>This link opens nothing</h1>
  <p>Its time is over, or it was taken back. Whoever gave it to you can make another one.</p>`;

const CODE_FIELD = `<label for="code">Code of your app</label>
    <input id="code" name="code" required inputmode="numeric" autocomplete="one-time-code" maxlength="10">`;

function signInForm({ to, refused, asksForCodes, keyWasTried, keyOpens }: DoorWords): string {
  const why = refused ?? (keyWasTried ? keyRefused(keyOpens) : undefined);
  return `<h1>Sign in</h1>
  <p>Your history is private: it opens with the password of this dashboard.</p>
  <form method="post" action="/sign-in">
    <input type="hidden" name="to" value="${escaped(to)}">
    ${why === undefined ? "" : `<p class="refused" role="alert" id="why">${escaped(why)}</p>`}
    <label for="password">Password</label>
    <input id="password" type="password" name="password" required autofocus autocomplete="current-password" maxlength="1024"${why === undefined ? "" : ' aria-describedby="why" aria-invalid="true"'}>
    ${asksForCodes ? CODE_FIELD : ""}
    <button type="submit">Sign in</button>
  </form>
  <details>
    <summary>I ${asksForCodes ? "cannot give both" : "do not know the password"}</summary>
    ${
      keyOpens
        ? "<p>On the computer that runs Rollcall, ask for an address that opens without it, or set another password:</p><pre><code>npx rollcall key\nnpx rollcall password</code></pre>"
        : "<p>On the computer that runs Rollcall, set another one. Everybody signs in anew then:</p><pre><code>npx rollcall password</code></pre>"
    }
  </details>`;
}

function locked({ keyWasTried, keyOpens, refused }: DoorWords): string {
  const opening = keyWasTried
    ? `<p><strong>${keyRefused(keyOpens)}</strong> Each works once, in one browser.</p>`
    : "<p>Your history is private, on this computer too: the dashboard opens with the address that Rollcall prints when it starts.</p>";
  return `<h1>This dashboard is locked</h1>
  ${refused === undefined ? "" : `<p class="refused" role="alert">${escaped(refused)}</p>`}
  ${opening}
  <h2>To get in</h2>
  <p>Ask for a fresh address on the computer that runs Rollcall, and open it here. After that this browser stays signed in.</p>
  <pre><code>npx rollcall key</code></pre>`;
}

function keyRefused(keyOpens: boolean): string {
  return keyOpens
    ? "This address has been used already, or a newer one has been printed since."
    : "Such an address opens only in a browser on the computer that runs Rollcall.";
}

/** The same for programs. */
export const DOOR_LINE =
  "Not signed in: open the address that `npx rollcall start`, `serve` or `key` printed last; each works once.";
export const SIGN_IN_LINE = "Not signed in: open the dashboard in a browser and sign in with its password.";
