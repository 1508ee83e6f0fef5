-- Answers out of the cache: what they did cost when they were made; null in rows of attempts.
ALTER TABLE ledger ADD COLUMN saved_nano_usd INTEGER;
ALTER TABLE ledger_day ADD COLUMN cache_hits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger_day ADD COLUMN saved_nano_usd INTEGER NOT NULL DEFAULT 0;

DROP VIEW ledger_all;
CREATE VIEW ledger_all AS
SELECT at, key, team, endpoint, model, provider, target_model, status, instance, "user", tags, 1 AS requests,
       input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd,
       CASE WHEN saved_nano_usd IS NULL THEN 0 ELSE 1 END AS cache_hits, saved_nano_usd
FROM ledger
UNION ALL
SELECT at, key, team, endpoint, model, provider, target_model, status, instance, NULL, NULL, requests,
       input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd,
       cache_hits, saved_nano_usd
FROM ledger_day;
