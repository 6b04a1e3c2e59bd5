-- Ten thousand deliveries name none of these: nothing of them is to be kept in order of what they do not name.
DROP INDEX jobs_by_person;
CREATE INDEX jobs_by_person ON jobs (person_id) WHERE person_id IS NOT NULL;
DROP INDEX jobs_by_sign_up;
CREATE INDEX jobs_by_sign_up ON jobs (sign_up_id) WHERE sign_up_id IS NOT NULL;
DROP INDEX jobs_by_email_change;
CREATE INDEX jobs_by_email_change ON jobs (email_change_id) WHERE email_change_id IS NOT NULL;
DROP INDEX jobs_by_draft;
CREATE INDEX jobs_by_draft ON jobs (draft_id) WHERE draft_id IS NOT NULL;
