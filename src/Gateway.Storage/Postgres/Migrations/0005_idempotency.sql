-- Requests that are to be made once (Idempotency-Key). No text of a request; the answer is whole, with what the model said.
CREATE TABLE idempotency (
    id           bytea PRIMARY KEY,           -- SHA-256 of the virtual key's name and the application's text
    digest       bytea NOT NULL,              -- SHA-256 of the request
    request_id   text COLLATE "C" NOT NULL,   -- of the request that makes it
    owner        text COLLATE "C" NOT NULL,   -- the process that does
    alive_until  bigint NOT NULL,             -- it counts as dead then, unless it says more; microseconds since 1970 of the server's clock
    expires_at   bigint NOT NULL,             -- microseconds since 1970, UTC
    status       bigint,                      -- null while it is under way
    content_type text COLLATE "C",
    body         bytea                        -- null beside a status: longer than is kept
);
CREATE INDEX idempotency_expires ON idempotency (expires_at);
CREATE INDEX idempotency_running ON idempotency (owner) WHERE status IS NULL;
