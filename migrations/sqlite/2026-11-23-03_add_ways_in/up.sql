-- How somebody likes to read, and a second factor.
ALTER TABLE people ADD COLUMN language TEXT NOT NULL DEFAULT 'en-GB';
ALTER TABLE people ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
-- The TOTP secret (RFC 6238), sealed with the installation's key, and the last time step that was used.
ALTER TABLE people ADD COLUMN totp_sealed BLOB;
ALTER TABLE people ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN totp_at INTEGER;
-- Their account was erased; what they left stands under "A friend".
ALTER TABLE people ADD COLUMN erased_at INTEGER;

ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
-- When they last proved in this session that it is them.
ALTER TABLE sessions ADD COLUMN proved_at INTEGER;

CREATE TABLE passkeys (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- What the authenticator calls it, and its public key as JSON (Web Authentication, Level 3).
    credential_id BLOB NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE INDEX passkeys_by_person ON passkeys (person_id);

-- A challenge that an authenticator is answering just now; it is taken out when it is answered.
CREATE TABLE ceremonies (
    token_hash BLOB NOT NULL PRIMARY KEY,
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX ceremonies_by_person ON ceremonies (person_id);
CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at);

CREATE TABLE recovery_codes (
    code_hash BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_by_person ON recovery_codes (person_id);

-- An address that is to become somebody's, and the one that it takes the place of.
CREATE TABLE email_changes (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    old_email TEXT NOT NULL,
    old_email_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    expires_at INTEGER NOT NULL
);
CREATE INDEX email_changes_by_person ON email_changes (person_id);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);

ALTER TABLE jobs ADD COLUMN email_change_id BLOB REFERENCES email_changes (id) ON DELETE CASCADE;
CREATE INDEX jobs_by_email_change ON jobs (email_change_id);
ALTER TABLE mail_tokens ADD COLUMN email_change_id BLOB REFERENCES email_changes (id) ON DELETE CASCADE;
CREATE INDEX mail_tokens_by_email_change ON mail_tokens (email_change_id);
