-- The durable queue, and afterwards the record of what became of each job.
CREATE TABLE jobs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    member_id BLOB REFERENCES members (id) ON DELETE CASCADE,
    update_id BLOB REFERENCES updates (id) ON DELETE CASCADE,
    sign_up_id BLOB REFERENCES sign_ups (id) ON DELETE CASCADE,
    -- At most one open job holds a key; it is given back when the job ends.
    open_key TEXT UNIQUE,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    -- Who works on it, and until when nobody else may.
    lease BLOB,
    leased_until INTEGER,
    outcome TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    -- One delivery of an update for each member, for ever.
    UNIQUE (kind, update_id, member_id)
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_by_person ON jobs (person_id);
CREATE INDEX jobs_by_member ON jobs (member_id);
CREATE INDEX jobs_by_update ON jobs (update_id);
CREATE INDEX jobs_by_sign_up ON jobs (sign_up_id);

-- The secrets in links that were mailed; only their SHA-256 is kept.
CREATE TABLE mail_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    member_id BLOB REFERENCES members (id) ON DELETE CASCADE,
    sign_up_id BLOB REFERENCES sign_ups (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX mail_tokens_by_person ON mail_tokens (person_id);
CREATE INDEX mail_tokens_by_member ON mail_tokens (member_id);
CREATE INDEX mail_tokens_by_sign_up ON mail_tokens (sign_up_id);
CREATE INDEX mail_tokens_by_expiry ON mail_tokens (expires_at);
