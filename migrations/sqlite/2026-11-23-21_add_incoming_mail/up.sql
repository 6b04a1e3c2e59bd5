-- Whether mail may still go to somebody's address, on whatever page: it does not work any more, or they have called mail of
-- ours unwanted where they read it.
ALTER TABLE people ADD COLUMN mail_stopped_at INTEGER;
ALTER TABLE people ADD COLUMN mail_stopped_why TEXT;
-- How often lately mail to it has failed for the moment, a day counting once, and when it did so last.
ALTER TABLE people ADD COLUMN soft_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN soft_failed_at INTEGER;
-- Since when the address is theirs, where it was another before: what is said of mail from before says nothing of it.
ALTER TABLE people ADD COLUMN email_set_at INTEGER;

-- What an answer to a gathered mail is about: an update, words, or the page itself where it is neither. What they name may be
-- gone by the time that somebody answers, who is then told so: therefore no foreign keys.
CREATE TABLE reply_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    update_id BLOB,
    wish_id BLOB,
    created_at INTEGER NOT NULL
);
CREATE INDEX reply_keys_by_member ON reply_keys (member_id);

-- Mail that has come in, from the moment that it is acknowledged. The bytes go as soon as nobody needs them, the row later.
CREATE TABLE incoming_letters (
    id BLOB NOT NULL PRIMARY KEY,
    -- Which of our addresses it came to: its kind and what it names.
    address TEXT NOT NULL,
    key_id INTEGER,
    site_id BLOB REFERENCES sites (id) ON DELETE CASCADE,
    -- Whom it seems to be from or about; for their erasure, and for nothing that is decided.
    person_id BLOB REFERENCES people (id) ON DELETE CASCADE,
    -- SHA-256 of its Message-ID and the address: the same letter is taken once.
    digest BLOB NOT NULL UNIQUE,
    -- Whether its envelope named a sender. Automatic mail names none.
    has_sender BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    -- In words of ours.
    outcome TEXT,
    -- What it has become, for the mail that says so: a draft's or an update's id.
    became_id BLOB,
    raw BLOB,
    received_at INTEGER NOT NULL
);
CREATE INDEX incoming_letters_received ON incoming_letters (received_at);
CREATE INDEX incoming_letters_by_person ON incoming_letters (person_id);
CREATE INDEX incoming_letters_by_site ON incoming_letters (site_id);

-- The secret address of a page that those who write there can mail an update to.
CREATE TABLE post_addresses (
    site_id BLOB NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
    key_hash BLOB NOT NULL UNIQUE,
    key_sealed BLOB NOT NULL,
    -- Whether what comes is posted at once; otherwise it is kept as a draft.
    publishes BOOLEAN NOT NULL DEFAULT FALSE,
    created_at INTEGER NOT NULL
);
