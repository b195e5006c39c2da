-- Schema 1.3: the day that is not over yet, summed up to the last quarter-hour. It only adds.

-- An account's UTC day `rollup_mark.to_day`, as far as it has gone. Derived, like all rollups.
CREATE TABLE day_so_far (
  account_id  INTEGER PRIMARY KEY REFERENCES account (id),
  -- A whole quarter-hour; the sums are those of the day until then.
  to_ms       INTEGER NOT NULL,
  -- As in account_day.
  quarters    BLOB NOT NULL,
  -- This Rollcall's coverage that was open at `to_ms`, if one alone was.
  coverage_id INTEGER,
  -- What those who were watched were in it then, packed (db/rollup/standing.ts).
  standing    BLOB NOT NULL,
  -- The account's events from `to_ms` on have higher numbers.
  after_seq   INTEGER NOT NULL
) STRICT;

-- Who has the same address on several accounts.
CREATE INDEX contact_by_address ON contact (address);
