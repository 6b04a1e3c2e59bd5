CREATE TABLE updates (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    author_id BYTEA NOT NULL REFERENCES people (id),
    title TEXT,
    -- Light Markdown as it was written, and the safe HTML it was rendered to.
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    audience TEXT NOT NULL,
    -- Made with the form, so that a double tap posts once.
    submission_key BYTEA,
    comment_count INTEGER NOT NULL DEFAULT 0,
    published_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX updates_by_time ON updates (site_id, published_at, id);
CREATE INDEX updates_by_author ON updates (author_id);
