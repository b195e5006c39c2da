-- Schema 1.5: accounts are paused, taken away and changed while the collector runs. It only adds.

-- What the user wants of an account: that it be recorded, or paused, or (its history stays) taken away.
ALTER TABLE account ADD COLUMN wish TEXT NOT NULL DEFAULT 'record' CHECK (wish IN ('record', 'paused', 'removed'));
-- Goes up with every change of what it signs in with; the collector signs in afresh when it does.
ALTER TABLE account ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
