-- Reminders: what wakes a job's coordinator after its silo has died.
--
-- Silos share reminders by ranges of the grain's hash, which Orleans passes as a signed number.

-- A version is never used twice, so that nobody deletes a reminder that was deleted and set again since he looked.
CREATE SEQUENCE IF NOT EXISTS kmeans_reminder_version AS integer CYCLE;

CREATE TABLE IF NOT EXISTS kmeans_reminder (
    service_id text NOT NULL,
    grain_id text NOT NULL,
    reminder_name text NOT NULL,
    first_at timestamptz NOT NULL,
    -- Milliseconds.
    period bigint NOT NULL CHECK (period >= 0),
    grain_hash integer NOT NULL,
    version integer NOT NULL DEFAULT nextval('kmeans_reminder_version'),
    PRIMARY KEY (service_id, grain_id, reminder_name)
);

CREATE INDEX IF NOT EXISTS kmeans_reminder_hash ON kmeans_reminder (service_id, grain_hash);

INSERT INTO orleansquery (querykey, querytext) VALUES
('UpsertReminderRowKey', $query$
INSERT INTO kmeans_reminder (service_id, grain_id, reminder_name, first_at, period, grain_hash)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
SET first_at = excluded.first_at, period = excluded.period, grain_hash = excluded.grain_hash, version = excluded.version
RETURNING version AS Version
$query$),

('ReadReminderRowsKey', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, first_at AS StartTime, period AS Period, version AS Version
FROM kmeans_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId
$query$),

('ReadReminderRowKey', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, first_at AS StartTime, period AS Period, version AS Version
FROM kmeans_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName
$query$),

-- A range that does not pass the end of the ring: (begin, end].
('ReadRangeRows1Key', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, first_at AS StartTime, period AS Period, version AS Version
FROM kmeans_reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$query$),

-- A range that does, and the whole ring, whose begin and end are the same.
('ReadRangeRows2Key', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, first_at AS StartTime, period AS Period, version AS Version
FROM kmeans_reminder
WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$query$),

('DeleteReminderRowKey', $query$
WITH gone AS (
    DELETE FROM kmeans_reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version
    RETURNING 1
)
SELECT count(*) FROM gone
$query$),

('DeleteReminderRowsKey', $query$
DELETE FROM kmeans_reminder WHERE service_id = @ServiceId
$query$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext
WHERE orleansquery.querytext <> excluded.querytext;
