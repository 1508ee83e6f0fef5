-- Rows older than telemetry.retention, added up by day: sums over time stay what they were when the rows themselves are gone.
CREATE TABLE ledger_day (
    at                bigint NOT NULL,               -- the day's first microsecond since 1970, UTC
    key               text COLLATE "C" NOT NULL,
    team              text COLLATE "C",
    endpoint          text COLLATE "C" NOT NULL,
    model             text COLLATE "C" NOT NULL,
    provider          text COLLATE "C" NOT NULL,
    target_model      text COLLATE "C" NOT NULL,
    status            bigint NOT NULL,
    instance          text COLLATE "C",
    requests          bigint NOT NULL,
    input             bigint NOT NULL,
    cache_read        bigint NOT NULL,
    cache_write       bigint NOT NULL,
    cache_write_hour  bigint NOT NULL,
    input_audio       bigint NOT NULL,
    input_image       bigint NOT NULL,
    output            bigint NOT NULL,
    reasoning         bigint NOT NULL,
    output_audio      bigint NOT NULL,
    output_image      bigint NOT NULL,
    calls             bigint NOT NULL,
    cost_nano_usd     bigint NOT NULL
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
