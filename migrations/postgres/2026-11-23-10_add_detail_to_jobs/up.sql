-- What a mail is about, where that stands in no other table: words of ours, never what somebody wrote.
ALTER TABLE jobs ADD COLUMN detail TEXT;
