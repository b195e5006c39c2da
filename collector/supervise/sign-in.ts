import type { StoredAccount } from "../../db/settings/accounts.ts";
import { openPassword } from "../../db/settings/sealing.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import type { SignIn } from "../network/network.ts";

/**
 * What a network needs to sign this account in, its password opened with the key in `folder`. Throws SealBroken, and
 * SettingsError for options that cannot be read.
 */
export async function signInOf(folder: string, stored: StoredAccount): Promise<SignIn> {
  const { address, displayAddress, host, port, options, fault, sealedPassword } = stored;
  if (fault !== undefined) {
    throw new SettingsError(
      `what it signs in with cannot be read (${fault}); say it again with: rollcall account add ${displayAddress} …`,
    );
  }
  const { visible = false, ...others } = options;
  const password = sealedPassword ? await openPassword(folder, sealedPassword, address) : "";
  return { address: displayAddress, password, host, port, visible, ...others };
}
