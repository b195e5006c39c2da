/** `rollcall exclude`: whom nothing is stored about, by a pattern of their addresses. */
import { Command } from "commander";
import { parsePattern } from "../../db/keep/exclude.ts";
import { RequestRefused } from "../../db/keep/handler.ts";
import { excludedPatterns, isNameless } from "../../db/keep/patterns.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { plain } from "./plain.ts";
import { carryOutWish, withHistory } from "./wish.ts";

const add = new Command("add")
  .description("store nothing about who matches, from now on")
  .argument("<pattern>", "such as *@example.com; * stands for any letters, ? for one")
  .action((text: string) =>
    withHistory(async (db, folder) => {
      const pattern = checked(text);
      const { stored } = await carryOutWish(db, folder, "exclude", { pattern });
      console.log(plain(`From now on nothing is stored about ${pattern}.`));
      if (Number(stored) > 0) {
        console.log(
          `${stored === 1 ? "One contact that matches has" : `${stored} contacts that match have`} been recorded before; that stays until you forget them: rollcall forget ADDRESS`,
        );
      }
    }),
  );

const remove = new Command("remove")
  .description("take a pattern away")
  .argument("<pattern>", "as `rollcall exclude list` shows it")
  .action((text: string) =>
    withHistory(async (db, folder) => {
      const { changed } = await carryOutWish(db, folder, "include", { pattern: text });
      if (!changed) throw new SettingsError(`"${text}" is not excluded; see: rollcall exclude list`);
      console.log(plain(`${text} is not excluded any more; who matched is recorded from the next word about them on.`));
    }),
  );

const list = new Command("list").description("list the patterns").action(() =>
  withHistory((db) => {
    const patterns = excludedPatterns(db);
    if (patterns.length === 0) console.log("Nobody is excluded.");
    for (const pattern of patterns.filter((one) => !isNameless(one))) console.log(plain(pattern));
    const hidden = patterns.filter(isNameless).length;
    if (hidden > 0)
      console.log(`${hidden} ${hidden === 1 ? "address" : "addresses"} of people who have been forgotten since.`);
  }),
);

export const excludeCommand = new Command("exclude")
  .description("leave people out before anything about them is stored")
  .addCommand(add)
  .addCommand(remove)
  .addCommand(list);

function checked(text: string): string {
  try {
    return parsePattern(text);
  } catch (error) {
    if (error instanceof RequestRefused) throw new SettingsError(error.message, { cause: error });
    throw error;
  }
}
