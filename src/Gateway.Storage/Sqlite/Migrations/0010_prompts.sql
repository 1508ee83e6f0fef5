-- Versions of prompts, for good: a number means the same text for ever. The prompt itself, with its labels, is an entity.
CREATE TABLE prompt_version (
    prompt     TEXT    NOT NULL,
    version    INTEGER NOT NULL,          -- from 1, without gaps
    document   TEXT    NOT NULL,          -- messages, variables and partials, as JSON
    author     TEXT    NOT NULL,          -- name of a credential
    message    TEXT,
    created_at INTEGER NOT NULL,          -- microseconds since 1970, UTC
    PRIMARY KEY (prompt, version)
);

CREATE TRIGGER prompt_version_is_not_changed BEFORE UPDATE ON prompt_version BEGIN SELECT RAISE(ABORT, 'versions of prompts are never changed'); END;
