-- Schema 1.1: rollups, persons, and what a user wants kept, left out or forgotten. It only adds.

-- What a contact was, UTC day by UTC day, packed (db/rollup/timeline.ts): the same that the facts say, ready to be read.
-- A day below its account's mark without a row was unknown from end to end. `sealed`: the raw events are gone, so this row
-- is a fact itself and is never computed again.
CREATE TABLE contact_day (
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  -- Days since the epoch.
  day        INTEGER NOT NULL,
  timeline   BLOB NOT NULL,
  sealed     INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
  PRIMARY KEY (contact_id, day)
) STRICT, WITHOUT ROWID;

-- The sums of an account's contacts for each quarter-hour of a UTC day, packed (db/rollup/quarters.ts). Always the sum of
-- its contact_day rows.
CREATE TABLE account_day (
  account_id INTEGER NOT NULL REFERENCES account (id),
  day        INTEGER NOT NULL,
  quarters   BLOB NOT NULL,
  PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

-- The same for all accounts together, for days that all of them have been rolled up for.
CREATE TABLE everyone_day (
  day      INTEGER PRIMARY KEY,
  quarters BLOB NOT NULL
) STRICT;

-- Rollups of an account are complete for the days before `to_day`, and are not read from it on.
CREATE TABLE rollup_mark (
  account_id INTEGER PRIMARY KEY REFERENCES account (id),
  to_day     INTEGER NOT NULL
) STRICT;

-- Somebody who is on several of the user's accounts, or goes by several addresses. Contacts with the same network and
-- address belong together by themselves; a link joins others, or keeps apart who only shares an address.
CREATE TABLE person (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL DEFAULT '',
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE person_link (
  id          INTEGER PRIMARY KEY,
  person_id   INTEGER NOT NULL REFERENCES person (id),
  contact_id  INTEGER NOT NULL REFERENCES contact (id),
  linked_ms   INTEGER NOT NULL,
  -- Set when a user took the link back; the row stays as its history.
  unlinked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX person_link_now ON person_link (contact_id) WHERE unlinked_ms IS NULL;
CREATE INDEX person_link_by_person ON person_link (person_id);

-- The user's own words about a contact.
CREATE TABLE contact_note (
  contact_id INTEGER PRIMARY KEY REFERENCES contact (id),
  alias      TEXT NOT NULL DEFAULT '',
  note       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE contact_tag (
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  tag        TEXT NOT NULL,
  PRIMARY KEY (contact_id, tag)
) STRICT, WITHOUT ROWID;

-- While a pause is open nothing is recorded of the contact, and its time is unknown.
CREATE TABLE pause (
  id         INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER
) STRICT;
CREATE UNIQUE INDEX pause_open ON pause (contact_id) WHERE to_ms IS NULL;

-- How long raw events of one contact are kept, where it differs from the database's own limit (setting
-- 'retention_days'). NULL: for ever.
CREATE TABLE contact_retention (
  contact_id INTEGER PRIMARY KEY REFERENCES contact (id),
  days       INTEGER
) STRICT;

-- Somebody whom a user had forgotten: a keyed digest of network, account and address that names nobody, so that the
-- collector does not start again.
CREATE TABLE tombstone (
  digest       BLOB PRIMARY KEY,
  forgotten_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What touches facts on a user's wish. The collector carries it out and answers; `params` and `answer` are JSON.
CREATE TABLE request (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  params      TEXT NOT NULL DEFAULT '{}',
  asked_ms    INTEGER NOT NULL,
  state       TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'working', 'done', 'failed')),
  answer      TEXT NOT NULL DEFAULT '{}',
  answered_ms INTEGER
) STRICT;
CREATE INDEX request_open ON request (id) WHERE state IN ('asked', 'working');
