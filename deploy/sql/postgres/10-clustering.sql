-- Membership: who is in a cluster. Orleans calls the cluster's id DeploymentId.
--
-- Every change of a member but its heartbeat advances the cluster's version by one, and happens only if the caller
-- has seen the version before. Member and version change in one statement, so in one transaction or not at all.

CREATE TABLE IF NOT EXISTS kmeans_cluster (
    cluster_id text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS kmeans_silo (
    cluster_id text NOT NULL REFERENCES kmeans_cluster,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    -- 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.
    status integer NOT NULL CHECK (status BETWEEN 0 AND 6),
    -- 0 where the silo takes no clients.
    gateway_port integer NOT NULL,
    -- Accusers and when, in Orleans' own notation.
    suspicions text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
)
-- Heartbeats rewrite rows all the time; room in the page keeps the index out of it.
WITH (fillfactor = 70);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $query$
WITH added AS (
    INSERT INTO kmeans_cluster (cluster_id) VALUES (@DeploymentId)
    ON CONFLICT (cluster_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM added
$query$),

-- Two inserts that saw the same version meet at the cluster's row: the second one waits there and then finds that the
-- version has moved on.
('InsertMembershipKey', $query$
WITH advanced AS (
    UPDATE kmeans_cluster AS c SET version = c.version + 1
    WHERE c.cluster_id = @DeploymentId AND c.version = @Version
        AND NOT EXISTS (
            SELECT FROM kmeans_silo AS s
            WHERE s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
    RETURNING c.cluster_id
), added AS (
    INSERT INTO kmeans_silo (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
    SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM advanced
    RETURNING 1
)
SELECT count(*) FROM added
$query$),

-- The silo's row is locked before the version moves: a row that is being deleted must not cost a version.
('UpdateMembershipKey', $query$
WITH held AS (
    SELECT cluster_id FROM kmeans_silo
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    FOR NO KEY UPDATE
), advanced AS (
    UPDATE kmeans_cluster AS c SET version = c.version + 1
    FROM held
    WHERE c.cluster_id = held.cluster_id AND c.version = @Version
    RETURNING c.cluster_id
), changed AS (
    UPDATE kmeans_silo AS s SET status = @Status, suspicions = @SuspectTimes, alive_at = @IAmAliveTime
    FROM advanced
    WHERE s.cluster_id = advanced.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    RETURNING 1
)
SELECT count(*) FROM changed
$query$),

('UpdateIAmAlivetimeKey', $query$
UPDATE kmeans_silo SET alive_at = @IAmAliveTime
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- A cluster without members still has a row here, with its version and no silo.
('MembershipReadAllKey', $query$
SELECT c.cluster_id AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation,
    s.silo_name AS SiloName, s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort,
    s.suspicions AS SuspectTimes, s.started_at AS StartTime, s.alive_at AS IAmAliveTime, c.version AS Version
FROM kmeans_cluster AS c LEFT JOIN kmeans_silo AS s ON s.cluster_id = c.cluster_id
WHERE c.cluster_id = @DeploymentId
$query$),

('MembershipReadRowKey', $query$
SELECT c.cluster_id AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation,
    s.silo_name AS SiloName, s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort,
    s.suspicions AS SuspectTimes, s.started_at AS StartTime, s.alive_at AS IAmAliveTime, c.version AS Version
FROM kmeans_cluster AS c LEFT JOIN kmeans_silo AS s
    ON s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
WHERE c.cluster_id = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
FROM kmeans_silo
WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
$query$),

-- Silos first: the cluster's row is what they refer to.
('DeleteMembershipTableEntriesKey', $query$
WITH gone AS (
    DELETE FROM kmeans_silo WHERE cluster_id = @DeploymentId RETURNING 1
)
DELETE FROM kmeans_cluster WHERE cluster_id = @DeploymentId AND (SELECT count(*) FROM gone) >= 0
$query$),

-- Dead silos only: a silo that is joining or slow keeps its row however old its heartbeat is.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM kmeans_silo
WHERE cluster_id = @DeploymentId AND status = 6 AND started_at < @IAmAliveTime AND alive_at < @IAmAliveTime
$query$),

-- The same for one silo, as the caller has just read it; Orleans uses it instead where it is there.
('CleanupDefunctSiloEntryKey', $query$
DELETE FROM kmeans_silo
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
    AND started_at = @StartTime AND alive_at = @IAmAliveTime AND suspicions IS NOT DISTINCT FROM @SuspectTimes
$query$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext
WHERE orleansquery.querytext <> excluded.querytext;
