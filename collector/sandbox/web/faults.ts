/** What can go wrong with a web service, scripted by tests: `faults.next("/RST.srf", { is: "status", status: 500 })`. */
import type { Clock } from "../../network/messenger/clock.ts";
import { answer, plainAnswer, type WebAnswer, type WebRequest } from "./exchange.ts";

export type WebFault =
  /** An error status with a short text, for instance 500, 503 or 403. */
  | { is: "status"; status: number }
  /** The right answer, late. */
  | { is: "slow"; delayMs: number }
  /** The connection is cut after so many bytes of the answer's body. */
  | { is: "cut"; afterBytes: number }
  /** The connection is cut in place of an answer. */
  | { is: "hang-up" }
  /** 200, and nothing. */
  | { is: "empty" }
  /** 200, and something that nobody asked for. */
  | { is: "content"; body: string; contentType?: string }
  /** To the given address, or to the same one again: a loop. */
  | { is: "redirect"; to?: string }
  /** The token service's own way of sending a client elsewhere. */
  | { is: "soap-redirect"; to: string }
  /** No answer at all; the connection stays open. */
  | { is: "silence" };

interface Script {
  /** The beginning of a path, or the name of a SOAP action. */
  what: string;
  faults: WebFault[];
  repeats: boolean;
}

export class WebFaults {
  #scripts: Script[] = [];

  /** The next requests for this path, or this SOAP action, meet these faults, one each; then all is well again. */
  next(what: string, ...faults: WebFault[]): void {
    this.#scripts.push({ what, faults: [...faults], repeats: false });
  }

  /** Every such request meets this fault, until `clear`. */
  always(what: string, fault: WebFault): void {
    this.#scripts.push({ what, faults: [fault], repeats: true });
  }

  clear(): void {
    this.#scripts = [];
  }

  take(request: WebRequest): WebFault | undefined {
    const script = this.#scripts.find(({ what, faults }) => faults.length > 0 && matches(request, what));
    return script?.repeats ? script.faults[0] : script?.faults.shift();
  }
}

/** What the client gets in place of the right answer. */
export async function spoil(
  fault: WebFault,
  request: WebRequest,
  clock: Clock,
  rightAnswer: () => Promise<WebAnswer>,
): Promise<WebAnswer> {
  switch (fault.is) {
    case "status":
      return plainAnswer(fault.status, "scripted by a test");
    case "slow":
      await new Promise<void>((resolve) => void clock.after(fault.delayMs, resolve));
      return rightAnswer();
    case "cut":
      return { ...(await rightAnswer()), cutAfterBytes: fault.afterBytes };
    case "hang-up":
      return { status: 200, headers: {}, body: [], hangsUp: true };
    case "empty":
      return { status: 200, headers: {}, body: [] };
    case "content":
      return answer(200, fault.contentType ?? "text/html", fault.body);
    case "redirect":
      return plainAnswer(302, "Found", { Location: fault.to ?? `${request.origin}${request.path}` });
    case "soap-redirect":
      return answer(200, "text/xml; charset=utf-8", soapRedirect(fault.to));
    case "silence":
      return new Promise(() => undefined);
    default:
      return fault satisfies never;
  }
}

function matches({ path, headers }: WebRequest, what: string): boolean {
  return what.startsWith("/")
    ? path.toLowerCase().startsWith(what.toLowerCase())
    : (headers.soapaction ?? "").replaceAll('"', "").endsWith(`/${what}`);
}

/** Protocol reference 2.4: beside the body, like the other faults of the token service. */
function soapRedirect(to: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:psf="http://schemas.microsoft.com/Passport/SoapServices/SOAPFault"><S:Fault><faultcode>psf:Redirect</faultcode><psf:redirectUrl>${to.replaceAll("&", "&amp;")}</psf:redirectUrl><faultstring>Authentication Failure</faultstring></S:Fault></S:Envelope>`;
}
