/** Services say at which of their hosts they want to be asked next (`PreferredHostName`, protocol reference 2.13). */
import { isLoopback } from "../services.ts";

/**
 * The URL to ask at next. The service's wish is followed to another host with the same scheme; it is not when it would
 * lead from elsewhere to this machine, from this machine elsewhere, or is no host at all.
 */
export function preferredUrl(url: string, preferredHost: string | undefined): string {
  if (
    preferredHost === undefined ||
    !/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/.test(preferredHost)
  ) {
    return url;
  }
  const next = new URL(url);
  const wished = `${next.protocol}//${preferredHost}`;
  if (!URL.canParse(wished)) return url;
  const { host, hostname } = new URL(wished);
  if (isLoopback(hostname) !== isLoopback(next.hostname)) return url;
  // Setting `host` keeps a port that the new host does not name.
  next.port = "";
  next.host = host;
  return next.href;
}
