-- Rows older than telemetry.retention, added up by day: sums over time stay what they were when the rows themselves are gone.
CREATE TABLE ledger_day (
    at                INTEGER NOT NULL,               -- the day's first microsecond since 1970, UTC
    key               TEXT NOT NULL,
    team              TEXT,
    endpoint          TEXT NOT NULL,
    model             TEXT NOT NULL,
    provider          TEXT NOT NULL,
    target_model      TEXT NOT NULL,
    status            INTEGER NOT NULL,
    instance          TEXT,
    requests          INTEGER NOT NULL,
    input             INTEGER NOT NULL,
    cache_read        INTEGER NOT NULL,
    cache_write       INTEGER NOT NULL,
    cache_write_hour  INTEGER NOT NULL,
    input_audio       INTEGER NOT NULL,
    input_image       INTEGER NOT NULL,
    output            INTEGER NOT NULL,
    reasoning         INTEGER NOT NULL,
    output_audio      INTEGER NOT NULL,
    output_image      INTEGER NOT NULL,
    calls             INTEGER NOT NULL,
    cost_nano_usd     INTEGER NOT NULL
);
CREATE INDEX ledger_day_at ON ledger_day (at);

-- What sums are made over; what a day's row does not know is null.
CREATE VIEW ledger_all AS
SELECT at, key, team, endpoint, model, provider, target_model, status, instance, "user", tags, 1 AS requests,
       input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd
FROM ledger
UNION ALL
SELECT at, key, team, endpoint, model, provider, target_model, status, instance, NULL, NULL, requests,
       input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd
FROM ledger_day;
