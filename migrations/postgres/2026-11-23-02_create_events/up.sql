-- What happened on a page, for its organizers: added to and never changed. Whoever is erased is taken out of it.
CREATE TABLE events (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    actor_id BYTEA REFERENCES people (id) ON DELETE SET NULL,
    subject_id BYTEA REFERENCES people (id) ON DELETE SET NULL,
    -- Words of ours, such as a role or a level of privacy; never what somebody wrote.
    detail TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX events_by_site ON events (site_id, id);
CREATE INDEX events_by_actor ON events (actor_id);
CREATE INDEX events_by_subject ON events (subject_id);
CREATE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'what happened is not changed';
    END IF;
    IF EXISTS (SELECT 1 FROM sites WHERE id = OLD.site_id) THEN
        RAISE EXCEPTION 'what happened is not deleted';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER events_never_change BEFORE UPDATE OF id, site_id, kind, detail, created_at ON events
    FOR EACH ROW EXECUTE FUNCTION events_stay();
CREATE TRIGGER events_never_go BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_stay();
