-- What dossiers are looked up and counted by: a cache of their journals. An instant that is not there is the highest number,
-- so that ranges and orders need no case of their own.
CREATE TABLE card (
    dossier INTEGER PRIMARY KEY,
    unit TEXT NOT NULL,
    procedure TEXT NOT NULL,
    applicant TEXT,
    office TEXT,
    received INTEGER NOT NULL,
    at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    standing TEXT NOT NULL,
    -- The last second in which it is in time.
    late_after INTEGER NOT NULL
);

CREATE INDEX card_unit ON card (unit, received);
CREATE INDEX card_received ON card (received);
CREATE INDEX card_settled ON card (settled);
CREATE INDEX card_due ON card (due) WHERE settled = 9223372036854775807;
CREATE INDEX card_applicant ON card (applicant) WHERE applicant IS NOT NULL;

-- Where a dossier is, and who may do something there.
CREATE TABLE post (
    dossier INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    role TEXT,
    office TEXT,
    PRIMARY KEY (dossier, number)
) WITHOUT ROWID;

CREATE INDEX post_office ON post (office) WHERE office IS NOT NULL;
CREATE INDEX post_role ON post (role) WHERE role IS NOT NULL;
CREATE INDEX post_state ON post (state);
