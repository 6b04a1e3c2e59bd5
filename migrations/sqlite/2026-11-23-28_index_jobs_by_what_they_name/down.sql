DROP INDEX jobs_by_person;
CREATE INDEX jobs_by_person ON jobs (person_id);
DROP INDEX jobs_by_sign_up;
CREATE INDEX jobs_by_sign_up ON jobs (sign_up_id);
DROP INDEX jobs_by_email_change;
CREATE INDEX jobs_by_email_change ON jobs (email_change_id);
DROP INDEX jobs_by_draft;
CREATE INDEX jobs_by_draft ON jobs (draft_id);
