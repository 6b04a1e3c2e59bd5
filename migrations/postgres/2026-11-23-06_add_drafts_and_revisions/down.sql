DELETE FROM jobs WHERE edition > 0 OR kind = 'publish_draft';
DROP INDEX jobs_by_draft;
ALTER TABLE jobs DROP COLUMN draft_id;
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_update_id_member_id_edition_key;
ALTER TABLE jobs DROP COLUMN edition;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_update_id_member_id_key UNIQUE (kind, update_id, member_id);

ALTER TABLE sites DROP COLUMN quiet_until;
ALTER TABLE sites DROP COLUMN quiet_from;
DROP INDEX updates_by_editor;
ALTER TABLE updates DROP COLUMN edited_by;
ALTER TABLE updates DROP COLUMN edition;
ALTER TABLE updates DROP COLUMN mail;
DROP TABLE update_revisions;
DROP TRIGGER updates_spend_draft ON updates;
DROP FUNCTION spend_draft;
DROP TABLE spent_drafts;
DROP TABLE draft_revisions;
DROP TABLE drafts;
