-- What each price_version of the ledger says, so that any row can be priced again.
CREATE TABLE price (
    version TEXT PRIMARY KEY,
    line    TEXT NOT NULL
) WITHOUT ROWID;

-- Rows whose cost was corrected: the only change a row ever sees, and what it was before stands here.
CREATE TABLE ledger_correction (
    id                INTEGER PRIMARY KEY,
    attempt_id        TEXT    NOT NULL,
    at                INTEGER NOT NULL,              -- of the correction, microseconds since 1970, UTC
    old_cost_nano_usd INTEGER NOT NULL,
    new_cost_nano_usd INTEGER NOT NULL,
    old_price_version TEXT,
    new_price_version TEXT    NOT NULL
);
CREATE INDEX ledger_correction_attempt ON ledger_correction (attempt_id);
