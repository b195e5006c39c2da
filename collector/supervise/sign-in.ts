import type { StoredAccount } from "../../db/settings/accounts.ts";
import { openPassword } from "../../db/settings/sealing.ts";
import type { SignIn } from "../network/network.ts";

/** What a network needs to sign this account in, its password opened with the key in `folder`. Throws SealBroken. */
export async function signInOf(folder: string, stored: StoredAccount): Promise<SignIn> {
  const { address, displayAddress, host, port, options, sealedPassword } = stored;
  const { visible = false, ...others } = options;
  const password = sealedPassword ? await openPassword(folder, sealedPassword, address) : "";
  return { address: displayAddress, password, host, port, visible, ...others };
}
