DROP TABLE sessions;
DROP TABLE sign_ups;
DROP TABLE people;
