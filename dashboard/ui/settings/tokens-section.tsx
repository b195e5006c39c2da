import type { TokenLine } from "../../data/settings-page.ts";
import type { Said } from "../../data/settings-said.ts";
import { Code, FIELD, MAIN_BUTTON, PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
import { MadeSecret } from "./made-secret.tsx";
import { Section } from "./section.tsx";

interface Props {
  tokens: readonly TokenLine[];
  /** One that was just made; it is never shown again. */
  made: string | undefined;
  tz: string | null;
  said: Said | undefined;
}

const ACTION = "/settings/tokens";

/** Tokens for programs: made, shown once, and revoked. */
export function TokensSection({ tokens, made, tz, said }: Props) {
  return (
    <Section
      id="tokens"
      title="API tokens"
      said={said}
      about={
        <>
          For programs that ask under <Code>/api/v1/</Code>, each with a token of its own:{" "}
          <Code>Authorization: Bearer …</Code>
        </>
      }
    >
      <div className="grid gap-5 text-sm">
        {made !== undefined && <MadeSecret secret={made} />}
        {tokens.length > 0 && (
          <ul>
            {tokens.map(({ id, name, rights, made: since, used }) => (
              <li
                key={id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
              >
                <div className="min-w-0">
                  <p className="font-medium [overflow-wrap:anywhere]">
                    <bdi>{name}</bdi>
                    <span className="ml-2 rounded-full bg-tint px-2.5 py-0.5 text-[13px] font-normal">{rights}</span>
                  </p>
                  <p className="text-[13px] text-soft">
                    made {since} · {used}
                  </p>
                </div>
                <PlainForm action={ACTION} tz={tz}>
                  <input type="hidden" name="revoke" value={name} />
                  <button type="submit" className={QUIET_BUTTON} aria-label={`Revoke ${name}`}>
                    Revoke
                  </button>
                </PlainForm>
              </li>
            ))}
          </ul>
        )}
        <PlainForm action={ACTION} tz={tz} className="grid max-w-sm gap-3">
          <label className="grid gap-1">
            What it is for
            <input name="name" required maxLength={60} placeholder="home automation" className={FIELD} />
          </label>
          <fieldset className="flex flex-wrap gap-x-6 gap-y-1">
            <legend className="mb-1">What it may do</legend>
            <label className="flex items-center gap-2">
              <input type="radio" name="scope" value="read" defaultChecked className="accent-mark" /> read
            </label>
            <label className="flex items-center gap-2">
              <input type="radio" name="scope" value="write" className="accent-mark" /> read and change
            </label>
          </fieldset>
          <button type="submit" className={MAIN_BUTTON}>
            Make a token
          </button>
        </PlainForm>
      </div>
    </Section>
  );
}
