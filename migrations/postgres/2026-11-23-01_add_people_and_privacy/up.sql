-- How a page is found, who may bring people to it, and whom it is about.
ALTER TABLE sites ADD COLUMN indexable BOOLEAN NOT NULL DEFAULT FALSE;
-- SHA-256 of the secret page link, to find it by; and the link sealed with the installation's key, to show it again.
ALTER TABLE sites ADD COLUMN link_hash BYTEA;
ALTER TABLE sites ADD COLUMN link_sealed BYTEA;
ALTER TABLE sites ADD COLUMN supporter_invitations TEXT NOT NULL DEFAULT 'approved';
ALTER TABLE sites ADD COLUMN about_id BYTEA REFERENCES people (id) ON DELETE SET NULL;
ALTER TABLE sites ADD COLUMN closed_at TIMESTAMPTZ;
CREATE UNIQUE INDEX sites_by_link ON sites (link_hash);
CREATE INDEX sites_about ON sites (about_id);
CREATE INDEX sites_indexable ON sites (id) WHERE indexable;

-- What somebody is called on this page until they have pressed a link themselves.
ALTER TABLE members ADD COLUMN called TEXT;
CREATE INDEX members_invited_by ON members (invited_by);

-- Hidden with the blocking of whoever wrote it.
ALTER TABLE wishes ADD COLUMN hidden_at TIMESTAMPTZ;
