import type { SessionLine } from "../../data/settings-page.ts";
import type { Said } from "../../data/settings-said.ts";
import { PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
import { Section } from "./section.tsx";

interface Props {
  sessions: readonly SessionLine[];
  tz: string | null;
  said: Said | undefined;
}

const ACTION = "/settings/sessions";

/** The browsers that are signed in, and the way out for each. */
export function SessionsSection({ sessions, tz, said }: Props) {
  return (
    <Section
      id="sessions"
      title="Signed in"
      said={said}
      about="The browsers that open the dashboard without asking. One that does not come back for 90 days is signed out."
    >
      <ul className="text-sm">
        {sessions.map(({ id, browser, since, seen, isThis }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
          >
            <div>
              <p className="font-medium">
                {browser}
                {isThis && (
                  <span className="ml-2 rounded-full bg-tint px-2.5 py-0.5 text-[13px] font-normal">this browser</span>
                )}
              </p>
              <p className="text-[13px] text-soft">
                since {since} · {isThis ? "here now" : `last seen ${seen}`}
              </p>
            </div>
            <PlainForm action={ACTION} tz={tz}>
              <input type="hidden" name="id" value={id} />
              <button
                type="submit"
                className={QUIET_BUTTON}
                aria-label={isThis ? "Sign out here" : `Sign out ${browser}`}
              >
                Sign out
              </button>
            </PlainForm>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <PlainForm action={ACTION} tz={tz} className="border-t border-line pt-4">
          <input type="hidden" name="others" value="yes" />
          <button type="submit" className={QUIET_BUTTON}>
            Sign out everywhere else
          </button>
        </PlainForm>
      )}
    </Section>
  );
}
