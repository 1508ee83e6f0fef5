-- One row for each settled upstream attempt. Rows are never changed.
-- Money and durations are integers (nano-dollars, microseconds): no column is REAL.
CREATE TABLE ledger (
    id                INTEGER PRIMARY KEY,
    attempt_id        TEXT    NOT NULL,
    request_id        TEXT    NOT NULL,
    at                INTEGER NOT NULL,              -- admission, microseconds since 1970, UTC
    key               TEXT    NOT NULL,
    team              TEXT,
    endpoint          TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    provider          TEXT    NOT NULL,
    target_model      TEXT    NOT NULL,
    stream            INTEGER NOT NULL,              -- 0 or 1
    status            INTEGER NOT NULL,
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
    tier              INTEGER NOT NULL,              -- 0 standard, 1 priority, 2 flex, 3 batch
    usage_source      INTEGER NOT NULL,              -- 0 exact, 1 partial, 2 estimated, 3 in doubt
    cost_nano_usd     INTEGER NOT NULL,
    price_version     TEXT,
    config_generation INTEGER NOT NULL,
    duration_us       INTEGER NOT NULL,
    ttft_us           INTEGER,
    tags              TEXT,                          -- JSON array of strings; null for none
    user              TEXT,
    function          TEXT,
    prompt_version    TEXT,
    raw_usage         TEXT
);

-- What makes writing a row twice harmless.
CREATE UNIQUE INDEX ledger_attempt ON ledger (attempt_id);

-- How rows are read; SQLite appends the row id, which makes it a keyset. No index by key or team: each would cost every row
-- about 1 us, and a query by key reads the span of time it names.
CREATE INDEX ledger_at ON ledger (at);
