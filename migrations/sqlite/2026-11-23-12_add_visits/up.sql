-- Words of somebody who does not belong to the page, and is marked so beside them.
ALTER TABLE wishes ADD COLUMN by_visitor BOOLEAN NOT NULL DEFAULT FALSE;

-- What is known of words that a visitor has left.
CREATE TABLE visits (
    wish_id BLOB NOT NULL PRIMARY KEY REFERENCES wishes (id) ON DELETE CASCADE,
    site_id BLOB NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    -- What they call themselves; empty as soon as they have confirmed.
    name TEXT NOT NULL,
    -- Whether they want to hear of news by mail.
    follows BOOLEAN NOT NULL,
    -- SHA-256 of the secret page link that they had opened, where it took one to read.
    link_hash BLOB,
    created_at INTEGER NOT NULL,
    -- When they have shown that the address is theirs.
    confirmed_at INTEGER
);
CREATE INDEX visits_confirmed ON visits (site_id, confirmed_at);
CREATE INDEX visits_unconfirmed ON visits (created_at) WHERE confirmed_at IS NULL;

-- SHA-256 of addresses whose owners do not want to be asked about words that others leave with them.
CREATE TABLE refusals (
    address_hash BLOB NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
);

ALTER TABLE mail_tokens ADD COLUMN wish_id BLOB REFERENCES wishes (id) ON DELETE CASCADE;
CREATE INDEX mail_tokens_by_wish ON mail_tokens (wish_id);

-- Whoever comes to belong to the page is no visitor any more, nor are their words a visitor's.
CREATE TRIGGER members_visitor_insert AFTER INSERT ON members WHEN NEW.state = 'active' BEGIN
    UPDATE wishes SET by_visitor = FALSE
    WHERE author_id = NEW.person_id AND site_id = NEW.site_id AND by_visitor;
END;
CREATE TRIGGER members_visitor_update AFTER UPDATE OF state ON members
WHEN NEW.state = 'active' AND OLD.state <> 'active' BEGIN
    UPDATE wishes SET by_visitor = FALSE
    WHERE author_id = NEW.person_id AND site_id = NEW.site_id AND by_visitor;
END;
