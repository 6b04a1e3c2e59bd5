-- One row a person, whether or not they ever set a password.
CREATE TABLE people (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- What is compared: lower case, the domain in its ASCII form.
    email_key TEXT NOT NULL UNIQUE,
    email_verified_at TIMESTAMPTZ,
    password_hash TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Accounts asked for whose address is not confirmed yet.
CREATE TABLE sign_ups (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- SHA-256 of the cookie of the browser that asked.
    browser_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_ups_by_expiry ON sign_ups (expires_at);

CREATE TABLE sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    -- SHA-256 of the cookie's token.
    token_hash BYTEA NOT NULL UNIQUE,
    person_id BYTEA NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- account: signed in with a password; pages: let in by a link in a mail.
    scope TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
