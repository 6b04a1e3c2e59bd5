-- One row: which installation this database belongs to, how far it has come, and whether mail waits. The folder of the
-- installation remembers the first two: a database that is older than its folder was restored from a backup.
CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- Counts on about every minute.
    generation BIGINT NOT NULL,
    beat_at INTEGER NOT NULL,
    -- Since when mail waits, and why, in a word of ours.
    paused_at INTEGER,
    paused_why TEXT,
    -- Mail that was due before then may have left already, of which a restored database knows nothing.
    doubtful_before INTEGER
);

-- How the mail about an update stands is counted, and listed, from this index alone.
DROP INDEX jobs_by_update;
CREATE INDEX jobs_telling ON jobs (update_id, edition, state, id);
