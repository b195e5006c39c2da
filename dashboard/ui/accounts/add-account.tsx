import { BusyButton } from "./busy-button.tsx";
import { Field, Tick } from "./field.tsx";

interface Props {
  /** What was typed before and came to nothing. */
  values: Readonly<Record<string, string>>;
  isSandbox: boolean;
  isOpen: boolean;
}

const DIALECTS = Array.from({ length: 17 }, (_, at) => `MSNP${18 - at}`);
const SERVICES = [
  ["nexus", "Where MSNP8 to MSNP11 sign in (nexus)"],
  ["rst", "Where MSNP12 and later get tokens (RST)"],
  ["addressBook", "Where MSNP13 and later read the contacts"],
  ["sharing", "Where MSNP13 and later read who may see whom"],
  ["offlineMessages", "Where offline messages are read"],
] as const;

/** A form for an account that is to be recorded. It is signed in once before it is added. */
export function AddAccount({ values, isSandbox, isOpen }: Props) {
  const isAdvanced = ["dialect", "gateway", ...SERVICES.map(([name]) => name)].some((name) => values[name]);
  return (
    <details open={isOpen} className="panel mt-6 px-4 py-5 text-sm sm:px-6" id="add">
      <summary className="w-fit text-[17px] font-semibold tracking-tight">
        <h2 className="inline">Add an account</h2>
      </summary>
      <form method="post" action="/api/accounts" className="mt-4 grid max-w-lg gap-4">
        <input type="hidden" name="do" value="add" />
        <Field name="address" label="Address" value={values.address} placeholder="you@example.com" required />
        <Field
          name="password"
          label="Password"
          type="password"
          hint="Kept sealed: the collector alone can open it."
          required
        />
        <Field
          name="server"
          label="Server"
          value={values.server}
          placeholder="messenger.example.com"
          hint="Of the network's dispatch or notification server; with a port where it is not 1863."
          required
        />
        <details open={isAdvanced}>
          <summary className="w-fit">More</summary>
          <div className="mt-3 grid gap-4">
            <label className="grid gap-1">
              <span className="font-medium">Dialect</span>
              <select
                name="dialect"
                defaultValue={values.dialect ?? ""}
                className="w-fit rounded-lg border border-line-strong bg-ground px-3 py-2 text-ink"
              >
                <option value="">the best that the server has</option>
                {DIALECTS.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <Field
              name="gateway"
              label="HTTP gateway"
              type="url"
              value={values.gateway}
              hint="To go through where port 1863 is closed."
            />
            {SERVICES.map(([name, label]) => (
              <Field key={name} name={name} label={label} type="url" value={values[name]} />
            ))}
            <Tick
              name="visible"
              label="Show the account as available, instead of appearing offline"
              isTicked={values.visible === "yes"}
            />
          </div>
        </details>
        {isSandbox && (
          <Tick
            name="dropSandbox"
            label="Remove the sandbox and its made-up history"
            isTicked={values.dropSandbox === "yes"}
          />
        )}
        <div className="flex flex-wrap items-center gap-3">
          <BusyButton look="main" busy="Signing in …">
            Test and add
          </BusyButton>
          <BusyButton look="quiet" busy="Adding …" name="untested">
            Add without a test
          </BusyButton>
        </div>
      </form>
    </details>
  );
}
