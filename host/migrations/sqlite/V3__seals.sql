-- What is personal in an event, by the key of the event: the salt, then the values whose digests stand in the record. Erased when the law
-- orders it; the record stays. Events of before there were seals have none.
CREATE TABLE seal (
    key INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
