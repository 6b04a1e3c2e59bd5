CREATE TABLE old_jobs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    member_id BLOB REFERENCES members (id) ON DELETE CASCADE,
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    sign_up_id BLOB REFERENCES sign_ups (id) ON DELETE CASCADE,
    open_key TEXT UNIQUE,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    lease BLOB,
    leased_until INTEGER,
    outcome TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    email_change_id BLOB REFERENCES email_changes (id) ON DELETE CASCADE,
    detail TEXT,
    UNIQUE (kind, update_id, member_id)
);
INSERT INTO old_jobs (id, kind, person_id, member_id, update_id, sign_up_id, open_key, state, attempts, run_at, lease,
        leased_until, outcome, created_at, finished_at, email_change_id, detail)
    SELECT id, kind, person_id, member_id, update_id, sign_up_id, open_key, state, attempts, run_at, lease,
        leased_until, outcome, created_at, finished_at, email_change_id, detail FROM jobs
    WHERE edition = 0 AND kind <> 'publish_draft';
DROP TABLE jobs;
ALTER TABLE old_jobs RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_by_person ON jobs (person_id);
CREATE INDEX jobs_by_member ON jobs (member_id);
CREATE INDEX jobs_by_update ON jobs (update_id);
CREATE INDEX jobs_by_sign_up ON jobs (sign_up_id);
CREATE INDEX jobs_by_email_change ON jobs (email_change_id);

ALTER TABLE sites DROP COLUMN quiet_until;
ALTER TABLE sites DROP COLUMN quiet_from;
DROP INDEX updates_by_editor;
ALTER TABLE updates DROP COLUMN edited_by;
ALTER TABLE updates DROP COLUMN edition;
ALTER TABLE updates DROP COLUMN mail;
DROP TABLE update_revisions;
DROP TRIGGER updates_spend_draft;
DROP TABLE spent_drafts;
DROP TABLE draft_revisions;
DROP TABLE drafts;
