-- Schema 1.6: how long an account waits. It only adds.

-- While it waits: when it is tried again. Null where nobody can tell, as on a machine without a network.
ALTER TABLE account ADD COLUMN state_until_ms INTEGER;
