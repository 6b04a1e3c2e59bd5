DROP TABLE session_sites;
DROP TABLE members;
DROP TABLE sites;
