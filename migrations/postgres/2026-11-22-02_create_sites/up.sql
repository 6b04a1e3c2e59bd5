CREATE TABLE sites (
    id BYTEA NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    relationship TEXT NOT NULL,
    privacy TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- What ties a person to a page; following by e-mail is a membership too.
CREATE TABLE members (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    person_id BYTEA NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    circle TEXT NOT NULL,
    delivery TEXT NOT NULL,
    -- What they said of themselves when they asked to join.
    message TEXT,
    invited_by BYTEA REFERENCES people (id) ON DELETE SET NULL,
    -- When mail to them was last refused for good, and what the server said.
    unreachable_at TIMESTAMPTZ,
    unreachable_reason TEXT,
    -- When the last gathered mail about encouragement went to this organizer.
    gathered_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, person_id)
);
CREATE INDEX members_by_person ON members (person_id);
CREATE INDEX members_by_state ON members (site_id, state);
CREATE INDEX members_unreachable ON members (site_id) WHERE unreachable_at IS NOT NULL;

-- The pages that a session of scope "pages" may open.
CREATE TABLE session_sites (
    session_id BYTEA NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    PRIMARY KEY (session_id, site_id)
);
CREATE INDEX session_sites_by_site ON session_sites (site_id);
