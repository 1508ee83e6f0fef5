-- Answers that are given again: whole, with what the model said. No text of a request.
CREATE TABLE cache (
    id         BLOB    PRIMARY KEY,   -- SHA-256 of everything the answer depends on, and of who may have it
    head       TEXT    NOT NULL,      -- what is known about it, as JSON
    body       BLOB    NOT NULL,
    size       INTEGER NOT NULL,
    expires_at INTEGER NOT NULL       -- microseconds since 1970, UTC
);
CREATE INDEX cache_expires ON cache (expires_at, id, size);
