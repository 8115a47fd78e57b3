-- What dossiers are looked up and counted by: a cache of their journals. An instant that is not there is the highest number,
-- so that ranges and orders need no case of their own.

CREATE TABLE motcua.card (
    dossier BIGINT PRIMARY KEY,
    unit TEXT COLLATE "C" NOT NULL,
    procedure TEXT COLLATE "C" NOT NULL,
    applicant TEXT COLLATE "C",
    office TEXT COLLATE "C",
    received BIGINT NOT NULL,
    at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    standing TEXT COLLATE "C" NOT NULL,
    -- The last second in which it is in time.
    late_after BIGINT NOT NULL
) WITH (fillfactor = 80);

-- A page begins after an instant and a dossier.
CREATE INDEX card_unit ON motcua.card (unit, received, dossier);
CREATE INDEX card_received ON motcua.card (received, dossier);
CREATE INDEX card_due ON motcua.card (due, dossier) WHERE settled = 9223372036854775807;
CREATE INDEX card_settled ON motcua.card (settled);
-- By their hashes: a name has any length, and an entry of a tree has not.
CREATE INDEX card_applicant ON motcua.card USING hash (applicant);

-- Where a dossier is, and who may do something there.
CREATE TABLE motcua.post (
    dossier BIGINT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C",
    office TEXT COLLATE "C",
    PRIMARY KEY (dossier, number)
);

CREATE INDEX post_office ON motcua.post (office) WHERE office IS NOT NULL;
CREATE INDEX post_role ON motcua.post (role) WHERE role IS NOT NULL;
CREATE INDEX post_state ON motcua.post (state);

-- Keeps the cards of changes, in their order, and returns the keys of the changes' dossiers as they were given: nothing is
-- kept of a change that has none. The posts of all cards are one after the other, and each card says how many it has; they are
-- written where they are not what is there.
CREATE FUNCTION motcua.file(
    keys BIGINT[],
    card_of INTEGER[], unit TEXT[], procedure TEXT[], applicant TEXT[], office TEXT[], received BIGINT[], at BIGINT[],
    due BIGINT[], settled BIGINT[], standing TEXT[], late_after BIGINT[],
    posts INTEGER[], state TEXT[], role TEXT[], post_office TEXT[]
) RETURNS BIGINT[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    of_key BIGINT;
    before INTEGER := 0;
    after INTEGER;
BEGIN
    FOR n IN 1 .. cardinality(card_of) LOOP
        after := before + posts[n];
        of_key := keys[card_of[n]];
        IF of_key IS NOT NULL THEN
            INSERT INTO motcua.card VALUES (of_key, unit[n], procedure[n], applicant[n], office[n], received[n], at[n],
                    due[n], settled[n], standing[n], late_after[n])
                ON CONFLICT (dossier) DO UPDATE SET unit = excluded.unit, procedure = excluded.procedure,
                    applicant = excluded.applicant, office = excluded.office, received = excluded.received,
                    at = excluded.at, due = excluded.due, settled = excluded.settled, standing = excluded.standing,
                    late_after = excluded.late_after;
            IF ARRAY(SELECT p.state FROM motcua.post p WHERE p.dossier = of_key ORDER BY p.number)
                    IS DISTINCT FROM state[before + 1 : after]
                OR ARRAY(SELECT p.role FROM motcua.post p WHERE p.dossier = of_key ORDER BY p.number)
                    IS DISTINCT FROM role[before + 1 : after]
                OR ARRAY(SELECT p.office FROM motcua.post p WHERE p.dossier = of_key ORDER BY p.number)
                    IS DISTINCT FROM post_office[before + 1 : after]
            THEN
                DELETE FROM motcua.post p WHERE p.dossier = of_key;
                INSERT INTO motcua.post SELECT of_key, i - before - 1, state[i], role[i], post_office[i]
                    FROM generate_series(before + 1, after) i;
            END IF;
        END IF;
        before := after;
    END LOOP;
    RETURN keys;
END $$;
