-- The version of the schema, and what the other scripts rest on. See README.md in the folder above.
--
-- The scripts run in the order of their names, in one transaction. They hold no psql commands and no transaction
-- statements, so that a program can run their text as well. Running them again changes nothing.

-- Without the notices about what is there already.
SET LOCAL client_min_messages = warning;

-- One applier at a time; the lock ends with the transaction.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kmeans_schema', 0));
END
$$;

-- The table OrleansQuery has its name from Orleans. Where it is there without our version table, the database
-- belongs to another application, whose queries would be replaced.
DO $$
BEGIN
    IF to_regclass('kmeans_schema') IS NULL AND to_regclass('orleansquery') IS NOT NULL THEN
        RAISE EXCEPTION 'This database holds the Orleans catalogue of another application.'
            USING HINT = 'Give the trainer a database of its own, or a schema of its own by the connection''s search path.';
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS kmeans_schema (
    version integer PRIMARY KEY,
    description text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- The version that these scripts bring, 1, is named here and nowhere else.
DO $$
DECLARE
    brought CONSTANT integer := 1;
    present integer := (SELECT max(version) FROM kmeans_schema);
BEGIN
    IF present > brought THEN
        RAISE EXCEPTION 'The database''s schema has version %, which is newer than version % of these scripts.', present, brought
            USING HINT = 'Apply the scripts of the newest release that uses this database.';
    END IF;

    INSERT INTO kmeans_schema (version, description)
    VALUES (brought, 'Membership, grain storage and reminders for Orleans 10.4')
    ON CONFLICT (version) DO NOTHING;
END
$$;

-- What Orleans reads when a silo or a client starts: the text of every statement that it will send.
CREATE TABLE IF NOT EXISTS orleansquery (
    querykey varchar(64) PRIMARY KEY,
    querytext text NOT NULL
);
