/** API tokens: for programs, each with a name and what it may do. */
import Database from "better-sqlite3";
import { hashOf, newToken } from "./token-text.ts";

export const SCOPES = ["read", "write"] as const;
/** `read`: look at everything. `write`: change what the owner may change, too. */
export type Scope = (typeof SCOPES)[number];

export interface ApiToken {
  id: number;
  name: string;
  scope: Scope;
  madeMs: number;
  /** To the minute; null: never. */
  usedMs: number | null;
}

const MOST_CHARACTERS = 60;
const NOTE_EVERY_MS = 60_000;
/** So that people, and programs that look for leaked secrets, see what it is. */
const PREFIX = "rollcall_";
const COLUMNS = "id, name, scope, made_ms AS madeMs, used_ms AS usedMs";

/** The token cannot be made; the message says why. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly code: "no-name" | "name-taken";
  constructor(code: TokenRefused["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** The token itself, which nobody can ask for again. Throws TokenRefused. */
export function addToken(db: Database.Database, name: string, scope: Scope, nowMs: number): string {
  const trimmed = name.trim();
  if (trimmed === "" || [...trimmed].length > MOST_CHARACTERS)
    throw new TokenRefused("no-name", `a token needs a name of ${MOST_CHARACTERS} characters at most`);
  const token = `${PREFIX}${newToken()}`;
  try {
    db.prepare("INSERT INTO api_token (name, scope, hash, made_ms) VALUES (?, ?, ?, ?)").run(
      trimmed,
      scope,
      hashOf(token),
      nowMs,
    );
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || error.code !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
    throw new TokenRefused("name-taken", `there is a token called ${JSON.stringify(trimmed)} already`, {
      cause: error,
    });
  }
  return token;
}

/** Whose token it is; undefined when it is none, or was revoked. Notes at most once a minute that it was used. */
export function findToken(db: Database.Database, token: string, nowMs: number): ApiToken | undefined {
  const hash = hashOf(token);
  const found = db.prepare(`SELECT ${COLUMNS} FROM api_token WHERE hash = ?`).get(hash) as ApiToken | undefined;
  if (found && (found.usedMs === null || found.usedMs < nowMs - NOTE_EVERY_MS))
    db.prepare("UPDATE api_token SET used_ms = ? WHERE id = ?").run(nowMs, found.id);
  return found;
}

/** The oldest first. */
export function listTokens(db: Database.Database): ApiToken[] {
  return db.prepare(`SELECT ${COLUMNS} FROM api_token ORDER BY id`).all() as ApiToken[];
}

/** Whether there was one. */
export function revokeToken(db: Database.Database, name: string): boolean {
  return db.prepare("DELETE FROM api_token WHERE name = ?").run(name).changes > 0;
}
