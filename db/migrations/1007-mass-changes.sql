-- Schema 1.7: what is probably the server's doing, and sealed days at hand. It only adds.

-- More than half of those who could went offline, or came online, within seconds: hardly people. The changes stand as
-- they came; this is a judgement beside them, made by whoever recorded them.
CREATE TABLE mass_change (
  account_id  INTEGER NOT NULL REFERENCES account (id),
  -- The first and the last of the changes, of one coverage of this Rollcall's own.
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER NOT NULL,
  way         TEXT NOT NULL CHECK (way IN ('gone', 'came')),
  -- How many, of those who were online before (gone) or are then (came).
  contacts    INTEGER NOT NULL,
  of_contacts INTEGER NOT NULL,
  PRIMARY KEY (account_id, from_ms, way)
) STRICT, WITHOUT ROWID;

-- Of most histories, none: whoever reads facts asks for them each time.
CREATE INDEX sealed_day ON contact_day (contact_id, day) WHERE sealed = 1;
