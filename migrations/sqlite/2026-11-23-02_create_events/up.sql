-- What happened on a page, for its organizers: added to and never changed. Whoever is erased is taken out of it.
CREATE TABLE events (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    actor_id BLOB REFERENCES people (id) ON DELETE SET NULL,
    subject_id BLOB REFERENCES people (id) ON DELETE SET NULL,
    -- Words of ours, such as a role or a level of privacy; never what somebody wrote.
    detail TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX events_by_site ON events (site_id, id);
CREATE INDEX events_by_actor ON events (actor_id);
CREATE INDEX events_by_subject ON events (subject_id);
CREATE TRIGGER events_never_change BEFORE UPDATE OF id, site_id, kind, detail, created_at ON events BEGIN
    SELECT RAISE(ABORT, 'what happened is not changed');
END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
WHEN EXISTS (SELECT 1 FROM sites WHERE id = OLD.site_id) BEGIN
    SELECT RAISE(ABORT, 'what happened is not deleted');
END;
