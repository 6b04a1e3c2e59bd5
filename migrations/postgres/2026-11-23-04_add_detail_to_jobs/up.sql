-- What a mail is about, where that stands in no other table: words of ours, never what somebody wrote.
ALTER TABLE jobs ADD COLUMN detail TEXT;

-- The worker finds out by itself now whether an address has an account; jobs of this kind are no more.
DELETE FROM jobs WHERE kind = 'already_signed_up';
