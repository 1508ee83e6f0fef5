-- How a request was routed, as JSON, where it asked for that; null elsewhere.
ALTER TABLE ledger ADD COLUMN explain TEXT;
