-- Schema 1.0: the facts. Instants are UTC epoch milliseconds.
-- Facts are appended. The only rows that change are the open ends: a coverage's `to_ms`, a watch's `to_ms`, a run's end.

-- The Rollcall installation that recorded a fact.
CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;

-- Who signs in where. `options` is JSON that the network's own code reads.
CREATE TABLE account (
  id              INTEGER PRIMARY KEY,
  network         TEXT NOT NULL,
  -- Lower-cased: what identifies the account. Servers may compare letter by letter, so they get it as typed.
  address         TEXT NOT NULL,
  display_address TEXT NOT NULL,
  host            TEXT NOT NULL,
  port            INTEGER NOT NULL,
  options         TEXT NOT NULL DEFAULT '{}',
  sealed_password BLOB,
  added_ms        INTEGER NOT NULL,
  -- What the collector is doing about this account; not a fact, only the latest word.
  state           TEXT NOT NULL DEFAULT 'new',
  state_detail    TEXT NOT NULL DEFAULT '',
  state_since_ms  INTEGER,
  UNIQUE (network, address)
) STRICT;

CREATE TABLE contact (
  id              INTEGER PRIMARY KEY,
  account_id      INTEGER NOT NULL REFERENCES account (id),
  address         TEXT NOT NULL,
  display_address TEXT NOT NULL,
  name            TEXT NOT NULL,
  groups          TEXT NOT NULL DEFAULT '[]',
  first_seen_ms   INTEGER NOT NULL,
  -- Set when the contact left the roster; null while on it.
  removed_ms      INTEGER,
  UNIQUE (account_id, address)
) STRICT;

-- One life of the collector process. A run found open at start-up ended in a crash.
CREATE TABLE run (
  id           INTEGER PRIMARY KEY,
  source_id    INTEGER NOT NULL REFERENCES source (id),
  pid          INTEGER NOT NULL,
  version      TEXT NOT NULL,
  started_ms   INTEGER NOT NULL,
  heartbeat_ms INTEGER NOT NULL,
  ended_ms     INTEGER,
  end_reason   TEXT
) STRICT;

-- When an account was signed in, its snapshot complete, and proved alive. `end_reason` is null while it goes on;
-- `to_ms` is the last proof of life either way, and nothing is claimed after it.
CREATE TABLE coverage (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  source_id  INTEGER NOT NULL REFERENCES source (id),
  run_id     INTEGER NOT NULL REFERENCES run (id),
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL,
  end_reason TEXT,
  CHECK (to_ms >= from_ms)
) STRICT;
-- By their ends: readers ask for the few that reach into a range, which is mostly a recent one.
CREATE INDEX coverage_by_account ON coverage (account_id, to_ms);
CREATE UNIQUE INDEX coverage_open ON coverage (account_id, source_id) WHERE end_reason IS NULL;

-- When a contact's presence was to be known from its account's coverage: on the roster, and spoken about.
CREATE TABLE watch (
  id         INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER,
  end_reason TEXT,
  CHECK (to_ms IS NULL OR to_ms >= from_ms)
) STRICT;
CREATE INDEX watch_by_contact ON watch (contact_id, from_ms);
CREATE UNIQUE INDEX watch_open ON watch (contact_id) WHERE to_ms IS NULL;

-- status: see `status_code`. origin: 0 baseline (it was so already), 1 change (it became so). raw: the network's own word.
CREATE TABLE event (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  coverage_id INTEGER NOT NULL REFERENCES coverage (id),
  at_ms       INTEGER NOT NULL,
  status      INTEGER NOT NULL,
  raw         TEXT NOT NULL,
  origin      INTEGER NOT NULL CHECK (origin IN (0, 1))
) STRICT;
CREATE INDEX event_by_contact ON event (contact_id, at_ms);
CREATE TRIGGER event_is_append_only BEFORE UPDATE ON event
BEGIN
  SELECT RAISE(ABORT, 'events are appended, never changed');
END;

-- What a contact said about itself: name, later message, picture and the like. A repeat is not a fact.
CREATE TABLE profile (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  at_ms      INTEGER NOT NULL,
  field      TEXT NOT NULL,
  value      TEXT NOT NULL
) STRICT;
CREATE INDEX profile_by_contact ON profile (contact_id, field, seq);

-- For people who open the file by hand.
CREATE TABLE status_code (code INTEGER PRIMARY KEY, status TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO status_code VALUES
  (0, 'offline'), (1, 'available'), (2, 'idle'), (3, 'away'), (4, 'be-right-back'),
  (5, 'on-the-phone'), (6, 'out-to-lunch'), (7, 'busy'), (8, 'other');

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
