-- Schema 1.4: one contact's events stand together. The index that finds them holds all that is read of them, or each of a
-- contact's ten years of events would be a page of its own to fetch. It only adds.

DROP INDEX event_by_contact;
CREATE INDEX event_by_contact ON event (contact_id, at_ms, coverage_id, status, origin, raw);
