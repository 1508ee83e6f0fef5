-- What the admin API owns, as JSON documents. Documents hold no secret; digests of secrets stand in `hidden`.
CREATE TABLE entity (
    kind       text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    document   text COLLATE "C" NOT NULL,
    hidden     text COLLATE "C",          -- JSON; in no answer and no audit entry
    revision   bigint NOT NULL,           -- the change sequence of its last change
    created_at bigint NOT NULL,           -- microseconds since 1970, UTC
    updated_at bigint NOT NULL,
    PRIMARY KEY (kind, name)
);

-- One row. Whoever changes an entity locks it first: changes are made one after the other, and their numbers have no gap.
CREATE TABLE entity_sequence (
    id    bigint PRIMARY KEY CHECK (id = 1),
    value bigint NOT NULL
);
INSERT INTO entity_sequence (id, value) VALUES (1, 0);

CREATE TABLE audit (
    id             bigint PRIMARY KEY,    -- the change sequence
    at             bigint NOT NULL,       -- microseconds since 1970, UTC
    actor          text COLLATE "C" NOT NULL,
    role           text COLLATE "C" NOT NULL,
    remote_address text COLLATE "C",
    request_id     text COLLATE "C" NOT NULL,
    action         text COLLATE "C" NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    name           text COLLATE "C" NOT NULL,
    before         text COLLATE "C",
    after          text COLLATE "C"
);
CREATE INDEX audit_entity ON audit (kind, name, id);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
