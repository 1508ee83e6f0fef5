-- Answers that are given again: whole, with what the model said. No text of a request.
CREATE TABLE cache (
    id         bytea PRIMARY KEY,           -- SHA-256 of everything the answer depends on, and of who may have it
    head       text COLLATE "C" NOT NULL,   -- what is known about it, as JSON
    body       bytea NOT NULL,
    size       bigint NOT NULL,
    expires_at bigint NOT NULL              -- microseconds since 1970, UTC
);
CREATE INDEX cache_expires ON cache (expires_at, id, size);
