/** The thread that owns the collector's database handle. */
import { parentPort, workerData } from "node:worker_threads";
import { serveWriter, type WriterStart } from "./writer-side.ts";

if (!parentPort) throw new Error("this file is a worker thread's, not a program");
serveWriter(workerData as WriterStart, parentPort);
