/** Services say at which of their hosts they want to be asked next (`PreferredHostName`, protocol reference 2.13). */
import { HttpFailure } from "../net/http.ts";
import { isLoopback } from "../services.ts";
import { SoapError, type SoapReply } from "./call.ts";

/** Where one service is asked: where it wants to be, for as long as it can be reached there. */
export class ServiceHost {
  readonly #given: string;
  #preferred: string | undefined;

  constructor(url: string) {
    this.#given = url;
  }

  get url(): string {
    return preferredUrl(this.#given, this.#preferred);
  }

  /** Asks at the preferred host and, when that is no such service, at the one we were given. */
  async ask<Reply extends SoapReply>(ask: (url: string) => Promise<Reply>): Promise<Reply> {
    const { url } = this;
    try {
      return this.#remember(await ask(url));
    } catch (error) {
      const isElsewhere = error instanceof HttpFailure || (error instanceof SoapError && error.kind === "unusable");
      this.#preferred = undefined;
      if (!isElsewhere || url === this.#given) throw error;
      return this.#remember(await ask(this.#given));
    }
  }

  #remember<Reply extends SoapReply>(reply: Reply): Reply {
    if (reply.preferredHost !== undefined) this.#preferred = reply.preferredHost;
    return reply;
  }
}

/**
 * The URL to ask at next. The service's wish is followed to another host with the same scheme; it is not when it would
 * lead from elsewhere to this machine or from this machine elsewhere, or is no host at all.
 */
export function preferredUrl(url: string, preferredHost: string | undefined): string {
  if (preferredHost === undefined || !HOST.test(preferredHost)) return url;
  const next = new URL(url);
  const wished = `${next.protocol}//${preferredHost}`;
  if (!URL.canParse(wished)) return url;
  const { host, hostname } = new URL(wished);
  if (isLoopback(hostname) !== isLoopback(next.hostname)) return url;
  // A host without a port means the scheme's own.
  next.port = "";
  next.host = host;
  return next.href;
}

const HOST = /^([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$/;
