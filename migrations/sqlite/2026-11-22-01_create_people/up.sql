-- One row a person, whether or not they ever set a password.
CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- What is compared: lower case, the domain in its ASCII form.
    email_key TEXT NOT NULL UNIQUE,
    email_verified_at INTEGER,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

-- Accounts asked for whose address is not confirmed yet.
CREATE TABLE sign_ups (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- SHA-256 of the cookie of the browser that asked.
    browser_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sign_ups_by_expiry ON sign_ups (expires_at);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the cookie's token.
    token_hash BLOB NOT NULL UNIQUE,
    person_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- account: signed in with a password; pages: let in by a link in a mail.
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
