-- Which gateway made the attempt: the name its journal has. Null in rows from before this was noted.
ALTER TABLE ledger ADD COLUMN instance text COLLATE "C";

-- The server's clock, not the transaction's: gateways need not agree on a time.
CREATE FUNCTION now_micros() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- The gateways that share this database. One that has not been seen for a while is dead.
CREATE TABLE instance (
    id         text COLLATE "C" PRIMARY KEY,
    host       text COLLATE "C" NOT NULL,
    version    text COLLATE "C" NOT NULL,
    started_at bigint NOT NULL,           -- microseconds since 1970, UTC; of the server's clock, as the next
    seen_at    bigint NOT NULL
);

-- How much of each limit each gateway may use by itself. The sum over the gateways never exceeds the limit.
-- Who wants more takes pg_advisory_xact_lock(hashtextextended(name, 0)) first; each changes only its own rows.
CREATE TABLE limit_lease (
    name     text COLLATE "C" NOT NULL,   -- kind of limit and owner
    span     bigint NOT NULL,             -- where the budget's window or slice begins, in ticks; 0 where there is none
    instance text COLLATE "C" NOT NULL,
    granted  bigint NOT NULL CHECK (granted >= 0),
    used     bigint NOT NULL,             -- of it, settled, when the gateway last said so
    said     bigint NOT NULL,             -- number of the exchange in which it said so
    until    bigint,                      -- when the span ends, microseconds since 1970; null where it does not
    PRIMARY KEY (name, span, instance)
);
CREATE INDEX limit_lease_until ON limit_lease (until);
