-- After what silence the gateway ends what it has of budgets by itself, microseconds; null: never. Until it has, nobody else may get it.
ALTER TABLE instance ADD COLUMN ends_after bigint;
