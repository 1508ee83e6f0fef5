-- Requests that are to be made once (Idempotency-Key). No text of a request; the answer is whole, with what the model said.
CREATE TABLE idempotency (
    id           BLOB    PRIMARY KEY,     -- SHA-256 of the virtual key's name and the application's text
    digest       BLOB    NOT NULL,        -- SHA-256 of the request
    request_id   TEXT    NOT NULL,        -- of the request that makes it
    owner        TEXT    NOT NULL,        -- the process that does
    alive_until  INTEGER NOT NULL,        -- 0: a file belongs to one process
    expires_at   INTEGER NOT NULL,        -- microseconds since 1970, UTC
    status       INTEGER,                 -- null while it is under way
    content_type TEXT,
    body         BLOB                     -- null beside a status: longer than is kept
);
CREATE INDEX idempotency_expires ON idempotency (expires_at);
