-- What a silo's and a client's role may do, where there is a role kmeans_silo: data, not tables. Without that role the
-- owner's is used for everything.

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kmeans_silo') THEN
        GRANT SELECT ON kmeans_schema, orleansquery TO kmeans_silo;
        GRANT SELECT, INSERT, UPDATE, DELETE ON kmeans_cluster, kmeans_silo, kmeans_grain_state, kmeans_reminder TO kmeans_silo;
        GRANT USAGE ON SEQUENCE kmeans_reminder_version TO kmeans_silo;
    END IF;
END
$$;
