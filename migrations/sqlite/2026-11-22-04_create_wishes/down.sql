DROP TABLE notices;
DROP TABLE reactions;
DROP TABLE wishes;
