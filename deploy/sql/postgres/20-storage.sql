-- Grain storage: one row a grain and type of state, replaced as a whole under the version that the writer has read.
--
-- Orleans also passes hashes of the id and of the type, for tables with a narrow index. The identity itself is the key
-- here, so that two rows of one grain cannot exist. It has to stay below PostgreSQL's limit for an index entry, 2.7 kB.

CREATE TABLE IF NOT EXISTS kmeans_grain_state (
    service_id text NOT NULL,
    state_type text NOT NULL,
    -- A grain's key: two numbers, and text. What a key does not have is 0 or ''.
    key_high bigint NOT NULL,
    key_low bigint NOT NULL,
    key_text text NOT NULL,
    version integer NOT NULL,
    -- NULL after the state was cleared; the row and its version stay, so that old writers are still refused.
    payload bytea,
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service_id, state_type, key_high, key_low, key_text)
);

-- Payloads are serialized numbers: compressing them costs time and saves next to nothing.
ALTER TABLE kmeans_grain_state ALTER COLUMN payload SET STORAGE EXTERNAL;

-- Each statement that writes answers with one row: the new version, or NULL where another version was there.
INSERT INTO orleansquery (querykey, querytext) VALUES
('WriteToStorageKey', $query$
WITH updated AS (
    UPDATE kmeans_grain_state SET payload = @PayloadBinary, version = version + 1, modified_at = now()
    WHERE service_id = @ServiceId AND state_type = @GrainTypeString AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
    RETURNING version
), inserted AS (
    INSERT INTO kmeans_grain_state (service_id, state_type, key_high, key_low, key_text, version, payload)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT (service_id, state_type, key_high, key_low, key_text) DO NOTHING
    RETURNING version
)
SELECT (SELECT version FROM updated UNION ALL SELECT version FROM inserted) AS NewGrainStateVersion
$query$),

('ReadFromStorageKey', $query$
SELECT payload AS PayloadBinary, version AS Version
FROM kmeans_grain_state
WHERE service_id = @ServiceId AND state_type = @GrainTypeString AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
    AND key_text = coalesce(@GrainIdExtensionString, '')
$query$),

('ClearStorageKey', $query$
WITH cleared AS (
    UPDATE kmeans_grain_state SET payload = NULL, version = version + 1, modified_at = now()
    WHERE service_id = @ServiceId AND state_type = @GrainTypeString AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
    RETURNING version
)
SELECT (SELECT version FROM cleared) AS NewGrainStateVersion
$query$),

('DeleteStorageKey', $query$
WITH deleted AS (
    DELETE FROM kmeans_grain_state
    WHERE service_id = @ServiceId AND state_type = @GrainTypeString AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
    RETURNING version + 1 AS version
)
SELECT (SELECT version FROM deleted) AS NewGrainStateVersion
$query$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext
WHERE orleansquery.querytext <> excluded.querytext;
