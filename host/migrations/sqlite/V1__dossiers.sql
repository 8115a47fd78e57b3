-- Instants are seconds since 1970-01-01T00:00:00Z.

-- A dossier: how many events it has, the hash of the latest record, when it is to be woken.
CREATE TABLE dossier (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    head BLOB NOT NULL,
    wakes_at INTEGER
);

-- A record of a journal: the hash of the one before it (32 bytes), then the event as JSON. The key is that of the dossier
-- times 2^24 plus the event's number, so that a journal lies together and needs no index.
CREATE TABLE event (
    key INTEGER PRIMARY KEY,
    record BLOB NOT NULL
);

-- A cache: a dossier as it was after some event. May be emptied at any time.
CREATE TABLE snapshot (
    dossier INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    body BLOB NOT NULL
);

-- Who is to be woken, the earliest first.
CREATE TABLE wake (
    at INTEGER NOT NULL,
    dossier TEXT NOT NULL,
    PRIMARY KEY (at, dossier)
) WITHOUT ROWID;

-- Plans and calendars that dossiers are pinned to.
CREATE TABLE definition (
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (kind, hash)
);

-- The latest number of each series without gaps.
CREATE TABLE series (
    name TEXT PRIMARY KEY,
    latest INTEGER NOT NULL
) WITHOUT ROWID;

-- What is to be sent. What it says stands in the journal: nothing here is personal. Without `at` it is dead.
CREATE TABLE outbox (
    destination TEXT NOT NULL,
    dossier INTEGER NOT NULL,
    event INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    at INTEGER,
    failure TEXT,
    PRIMARY KEY (destination, dossier, event, effect)
) WITHOUT ROWID;

CREATE INDEX outbox_ready ON outbox (destination, at) WHERE at IS NOT NULL;
