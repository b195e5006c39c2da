/** What the server itself says in a `MSG Hotmail Hotmail` (protocol reference 4.1 and 4.6). */
import { type Line, payloadLine } from "./line.ts";
import { mailData, type OfflineMessage } from "./web/offline.ts";

export function hotmail(payload: Uint8Array | string): Line {
  return payloadLine(payload, "MSG", "Hotmail", "Hotmail");
}

/** After the first CHG, from MSNP11 on: the mailbox and the messages that wait. */
export function initialMailData(messages: readonly OfflineMessage[]): Line {
  return mailLine("text/x-msmsgsinitialmdatanotification", mailData(messages));
}

/** One more message has come. */
export function offlineMessageNotice(message: OfflineMessage): Line {
  return mailLine("text/x-msmsgsoimnotification", mailData([message]));
}

/** "The server goes down in so many minutes." */
export function maintenanceWarning(inMinutes: number): Line {
  const head = "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\n";
  return hotmail(`${head}Type: 1\r\nArg1: ${inMinutes}\r\n`);
}

function mailLine(type: string, data: string): Line {
  return hotmail(`MIME-Version: 1.0\r\nContent-Type: ${type}; charset=UTF-8\r\n\r\nMail-Data: ${data}\r\n`);
}
