/** Asks the fleet's questions one after the other until it is told to stop, and then tells how many it had answered. */
import { setTimeout } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { openForReading } from "../../../db/open.ts";
import { ABOUT_ALL, ABOUT_AN_INSTANT } from "../history/questions.ts";

/** A page is looked at, and then the next one. */
const PAUSE_MS = 50;
const WEEK_MS = 7 * 86_400_000;

const db = openForReading(workerData as string);
let isOver = false;
let answered = 0;
parentPort?.once("message", () => {
  isOver = true;
});
while (!isOver) {
  for (const { ask } of [...ABOUT_ALL, ...ABOUT_AN_INSTANT]) {
    if (isOver) break;
    await ask(db, { contactId: 1, accountId: 1, fromMs: Date.now() - WEEK_MS, toMs: Date.now() });
    answered++;
    await setTimeout(PAUSE_MS);
  }
}
db.close();
parentPort?.postMessage(answered);
