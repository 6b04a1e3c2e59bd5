-- How much of letters is kept is asked whenever one comes in.
CREATE INDEX incoming_letters_with_bytes ON incoming_letters (received_at) WHERE raw IS NOT NULL;
