-- One row for each settled upstream attempt. Rows are never changed. The same table as SQLite's, in PostgreSQL's words.
-- Money and durations are integers (nano-dollars, microseconds): no column is floating.
-- Texts compare by bytes (COLLATE "C"): the same order on every server, whatever its locale, and cheaper.
CREATE TABLE ledger (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id        text COLLATE "C" NOT NULL,
    request_id        text COLLATE "C" NOT NULL,
    at                bigint NOT NULL,               -- admission, microseconds since 1970, UTC
    key               text COLLATE "C" NOT NULL,
    team              text COLLATE "C",
    endpoint          text COLLATE "C" NOT NULL,
    model             text COLLATE "C" NOT NULL,
    provider          text COLLATE "C" NOT NULL,
    target_model      text COLLATE "C" NOT NULL,
    stream            bigint NOT NULL,               -- 0 or 1
    status            bigint NOT NULL,
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
    tier              bigint NOT NULL,               -- 0 standard, 1 priority, 2 flex, 3 batch
    usage_source      bigint NOT NULL,               -- 0 exact, 1 partial, 2 estimated, 3 in doubt
    cost_nano_usd     bigint NOT NULL,
    price_version     text COLLATE "C",
    config_generation bigint NOT NULL,
    duration_us       bigint NOT NULL,
    ttft_us           bigint,
    tags              text COLLATE "C",              -- JSON array of strings; null for none
    "user"            text COLLATE "C",
    function          text COLLATE "C",
    prompt_version    text COLLATE "C",
    raw_usage         text COLLATE "C"
);

-- What makes writing a row twice harmless.
CREATE UNIQUE INDEX ledger_attempt ON ledger (attempt_id);

-- How rows are read. No index by key or team: each would cost every row, and a query by key reads the span of time it names.
CREATE INDEX ledger_at ON ledger (at, id);
