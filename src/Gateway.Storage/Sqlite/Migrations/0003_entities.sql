-- What the admin API owns, as JSON documents. Documents hold no secret; digests of secrets stand in `hidden`.
CREATE TABLE entity (
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    hidden     TEXT,                      -- JSON; in no answer and no audit entry
    revision   INTEGER NOT NULL,          -- the change sequence of its last change
    created_at INTEGER NOT NULL,          -- microseconds since 1970, UTC
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;

-- One row. Whoever changes an entity changes this first: changes are made one after the other, and their numbers have no gap.
CREATE TABLE entity_sequence (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
);
INSERT INTO entity_sequence (id, value) VALUES (1, 0);

CREATE TABLE audit (
    id             INTEGER PRIMARY KEY,   -- the change sequence
    at             INTEGER NOT NULL,      -- microseconds since 1970, UTC
    actor          TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    remote_address TEXT,
    request_id     TEXT    NOT NULL,
    action         TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    before         TEXT,
    after          TEXT
);
CREATE INDEX audit_entity ON audit (kind, name);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
