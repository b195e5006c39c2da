-- Schema 1.2: whose watch and whose word it was. It only adds.

-- The Rollcall that watched; null: this one. A watch stands beside the coverages of its own source alone, for another
-- Rollcall's roster says nothing about ours.
ALTER TABLE watch ADD COLUMN source_id INTEGER REFERENCES source (id);

-- The Rollcall that heard it; null: this one.
ALTER TABLE profile ADD COLUMN source_id INTEGER REFERENCES source (id);
