-- A well wish on the page, or a comment where it names an update.
CREATE TABLE wishes (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    update_id BYTEA REFERENCES updates (id) ON DELETE CASCADE,
    author_id BYTEA NOT NULL REFERENCES people (id),
    message TEXT NOT NULL,
    message_html TEXT NOT NULL,
    submission_key BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, submission_key)
);
CREATE INDEX wishes_on_page ON wishes (site_id, id) WHERE update_id IS NULL;
CREATE INDEX wishes_on_update ON wishes (update_id, id);
CREATE INDEX wishes_by_author ON wishes (author_id);

CREATE TABLE reactions (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    -- Exactly one of the two.
    update_id BYTEA REFERENCES updates (id) ON DELETE CASCADE,
    wish_id BYTEA REFERENCES wishes (id) ON DELETE CASCADE,
    person_id BYTEA NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (update_id, person_id, kind),
    UNIQUE (wish_id, person_id, kind),
    CHECK ((update_id IS NULL) <> (wish_id IS NULL))
);
CREATE INDEX reactions_by_site ON reactions (site_id);
CREATE INDEX reactions_by_person ON reactions (person_id);

-- What an organizer has not yet been told of in a gathered mail.
CREATE TABLE notices (
    id BYTEA NOT NULL PRIMARY KEY,
    member_id BYTEA NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    wish_id BYTEA REFERENCES wishes (id) ON DELETE CASCADE,
    reaction_id BYTEA REFERENCES reactions (id) ON DELETE CASCADE,
    asker_id BYTEA REFERENCES members (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notices_by_member ON notices (member_id, id);
CREATE INDEX notices_by_wish ON notices (wish_id);
CREATE INDEX notices_by_reaction ON notices (reaction_id);
CREATE INDEX notices_by_asker ON notices (asker_id);
