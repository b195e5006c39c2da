/** `rollcall db`: looking after the database itself. */
import { Command } from "commander";
import { checkCommand } from "./db-check.ts";
import { rebuildCommand } from "./db-rebuild.ts";

export const dbCommand = new Command("db")
  .description("look after the database itself")
  .addCommand(checkCommand)
  .addCommand(rebuildCommand);
