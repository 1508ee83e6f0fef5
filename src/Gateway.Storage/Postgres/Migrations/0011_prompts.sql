-- Versions of prompts, for good: a number means the same text for ever. The prompt itself, with its labels, is an entity.
CREATE TABLE prompt_version (
    prompt     text COLLATE "C" NOT NULL,
    version    integer NOT NULL,          -- from 1, without gaps
    document   text COLLATE "C" NOT NULL, -- messages, variables and partials, as JSON
    author     text COLLATE "C" NOT NULL, -- name of a credential
    message    text COLLATE "C",
    created_at bigint NOT NULL,           -- microseconds since 1970, UTC
    PRIMARY KEY (prompt, version)
);

CREATE FUNCTION prompt_version_is_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of prompts are never changed';
END $$;
CREATE TRIGGER prompt_version_is_not_changed BEFORE UPDATE ON prompt_version FOR EACH STATEMENT EXECUTE FUNCTION prompt_version_is_for_good();
