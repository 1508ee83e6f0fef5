-- Which gateway made the attempt: the name its journal has. Null in rows from before this was noted.
ALTER TABLE ledger ADD COLUMN instance TEXT;
