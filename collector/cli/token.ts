/** `rollcall token`: API tokens for programs. */
import { Command, Option } from "commander";
import { Access } from "../../db/access/access.ts";
import { SCOPES, type Scope, TokenRefused } from "../../db/access/tokens.ts";
import { dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { plain } from "./plain.ts";

const add = new Command("add")
  .description("make a token, and print it: it is never shown again")
  .argument("<name>", "what it is for")
  .addOption(new Option("--scope <scope>", "what it may do; write is read and change").choices(SCOPES).default("read"))
  .action((name: string, { scope }: { scope: Scope }) =>
    withAccess((access) => {
      console.log(access.addToken(name, scope, systemClock.nowMs()));
    }),
  );

const list = new Command("list")
  .description("list the tokens; the tokens themselves are not kept")
  .option("--json", "for scripts")
  .action(({ json }: { json?: true }) =>
    withAccess((access) => {
      const tokens = access.listTokens().map(({ id: _, madeMs, usedMs, ...token }) => ({
        ...token,
        made: new Date(madeMs).toISOString(),
        used: usedMs === null ? null : new Date(usedMs).toISOString(),
      }));
      if (json) return console.log(JSON.stringify(tokens, undefined, 2));
      if (tokens.length === 0) console.log("No token yet. Make one with: rollcall token add NAME");
      for (const { name, scope, made, used } of tokens)
        console.log(plain(`${name}  ${scope}  made ${made}  ${used === null ? "never used" : `last used ${used}`}`));
    }),
  );

const revoke = new Command("revoke")
  .description("end a token, now")
  .argument("<name>", "as in `rollcall token list`")
  .action((name: string) =>
    withAccess((access) => {
      if (!access.revokeToken(name)) throw new SettingsError(`there is no token called ${JSON.stringify(name)}`);
      console.log(plain(`${name} opens nothing any more.`));
    }),
  );

export const tokenCommand = new Command("token")
  .description("make, list and revoke the tokens by which programs use the API")
  .addCommand(add)
  .addCommand(list)
  .addCommand(revoke);

function withAccess(work: (access: Access) => void): void {
  const folder = dataFolder();
  prepareDataFolder(folder);
  const access = new Access(folder);
  try {
    work(access);
  } catch (error) {
    throw error instanceof TokenRefused ? new SettingsError(error.message, { cause: error }) : error;
  } finally {
    access.close();
  }
}
