/** Who signs in, and what a sign-in service says when it does not believe it. */

export interface Credentials {
  address: string;
  password: string;
}

/** The service looked at address and password, and refuses them: asking again will not help. */
export class CredentialsRefused extends Error {
  override readonly name = "CredentialsRefused";
  readonly code = "credentials";
}
