/** A setting that cannot be used; the message names it, its value and what would be right. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
