-- What each price_version of the ledger says, so that any row can be priced again.
CREATE TABLE price (
    version text PRIMARY KEY,
    line    text NOT NULL
);

-- Rows whose cost was corrected: the only change a row ever sees, and what it was before stands here.
CREATE TABLE ledger_correction (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id        text NOT NULL,
    at                bigint NOT NULL,              -- of the correction, microseconds since 1970, UTC
    old_cost_nano_usd bigint NOT NULL,
    new_cost_nano_usd bigint NOT NULL,
    old_price_version text,
    new_price_version text NOT NULL
);
CREATE INDEX ledger_correction_attempt ON ledger_correction (attempt_id);
