-- Instants are seconds since 1970-01-01T00:00:00Z. Ids are in the order of their bytes. Nothing that is indexed changes with a
-- command except when a dossier wakes, so that the row of a dossier is rewritten within its page (a HOT update).

-- A dossier: how many events it has, the hash of the latest record, when it is to be woken.
CREATE TABLE motcua.dossier (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    head BYTEA NOT NULL,
    wakes_at BIGINT
) WITH (fillfactor = 80);

-- A record of a journal: the hash of the one before it (32 bytes), then the event as JSON. The key is that of the dossier
-- times 2^24 plus the event's number, so that a journal lies together in the one index.
CREATE TABLE motcua.event (
    key BIGINT PRIMARY KEY,
    record BYTEA NOT NULL
);

-- A cache: a dossier as it was after some event. May be emptied at any time.
CREATE TABLE motcua.snapshot (
    dossier BIGINT PRIMARY KEY,
    version INTEGER NOT NULL,
    body BYTEA NOT NULL
);

-- Who is to be woken, the earliest first, and which host has taken it upon itself until when. Only dossiers that wake are here:
-- at the instant that their own row says.
CREATE TABLE motcua.wake (
    at BIGINT NOT NULL,
    dossier TEXT COLLATE "C" NOT NULL,
    lent_to BIGINT,
    lent_until BIGINT,
    PRIMARY KEY (at, dossier)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- Plans and calendars that dossiers are pinned to.
CREATE TABLE motcua.definition (
    kind TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (kind, hash)
);

-- The latest number of each series without gaps.
CREATE TABLE motcua.series (
    name TEXT COLLATE "C" PRIMARY KEY,
    latest BIGINT NOT NULL
) WITH (fillfactor = 50);

-- What is to be sent. What it says stands in the journal: nothing here is personal. Without `at` it is dead.
CREATE TABLE motcua.outbox (
    destination TEXT COLLATE "C" NOT NULL,
    dossier BIGINT NOT NULL,
    event INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    at BIGINT,
    failure TEXT,
    PRIMARY KEY (destination, dossier, event, effect)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX outbox_ready ON motcua.outbox (destination, at, dossier) WHERE at IS NOT NULL;
CREATE INDEX outbox_dead ON motcua.outbox (destination) WHERE at IS NULL;

-- Keeps one change and returns the dossier's key; nothing where it rests on another version, or on another idea of when the
-- dossier wakes.
CREATE FUNCTION motcua.keep(
    of_id TEXT, of_key BIGINT, before INTEGER, new_head BYTEA, woke_at BIGINT, new_wakes_at BIGINT, records BYTEA[]
) RETURNS BIGINT LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    found_key BIGINT;
    count INTEGER := cardinality(records);
BEGIN
    IF before = 0 THEN
        INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES (of_id, count, new_head, new_wakes_at)
            ON CONFLICT (id) DO NOTHING RETURNING key INTO found_key;
    ELSIF of_key IS NULL THEN
        UPDATE motcua.dossier SET version = before + count, head = new_head, wakes_at = new_wakes_at
            WHERE id = of_id AND version = before AND wakes_at IS NOT DISTINCT FROM woke_at RETURNING key INTO found_key;
    ELSE
        UPDATE motcua.dossier SET version = before + count, head = new_head, wakes_at = new_wakes_at
            WHERE key = of_key AND version = before AND wakes_at IS NOT DISTINCT FROM woke_at RETURNING key INTO found_key;
    END IF;
    IF found_key IS NULL THEN
        RETURN NULL;
    END IF;
    FOR n IN 1 .. count LOOP
        INSERT INTO motcua.event VALUES ((found_key << 24) + before + n, records[n]);
    END LOOP;
    IF woke_at IS NULL THEN
        IF new_wakes_at IS NOT NULL THEN
            INSERT INTO motcua.wake VALUES (new_wakes_at, of_id);
        END IF;
    ELSIF new_wakes_at IS NULL THEN
        DELETE FROM motcua.wake WHERE at = woke_at AND dossier = of_id;
    ELSIF new_wakes_at <> woke_at THEN
        UPDATE motcua.wake SET at = new_wakes_at, lent_to = NULL, lent_until = NULL WHERE at = woke_at AND dossier = of_id;
    ELSE
        UPDATE motcua.wake SET lent_to = NULL, lent_until = NULL
            WHERE at = woke_at AND dossier = of_id AND lent_until IS NOT NULL;
    END IF;
    RETURN found_key;
END $$;

-- Keeps transactions of the contract in their order, each as a whole or not at all, and returns the key of the dossier of each
-- change, or nothing where its transaction is refused. Whatever belongs to a transaction carries its number, from 1; the
-- changes are in the order of theirs. A dossier or a number that somebody else makes at the same time raises
-- `serialization_failure`: then nothing is kept, and all of it is to be tried again.
CREATE FUNCTION motcua.append(
    of_transaction INTEGER[], id TEXT[], key BIGINT[], before INTEGER[], head BYTEA[], woke_at BIGINT[], wakes_at BIGINT[],
    -- The records of all changes, one after the other, and how many each has.
    records INTEGER[], record BYTEA[],
    -- Snapshots, messages: which change's.
    snapshot_of INTEGER[], snapshot BYTEA[],
    message_of INTEGER[], destination TEXT[], event INTEGER[], effect INTEGER[], refused TEXT[],
    number_of INTEGER[], series TEXT[], number BIGINT[],
    definition_of INTEGER[], kind TEXT[], hash BYTEA[], body BYTEA[]
) RETURNS BIGINT[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    changes INTEGER := cardinality(id);
    keys BIGINT[] := array_fill(NULL::BIGINT, ARRAY[changes]);
    -- Whether several things must fit before any of them is kept.
    joint BOOLEAN;
    fits BOOLEAN;
    first INTEGER := 1;
    last INTEGER;
    read INTEGER := 0;
    known INTEGER;
BEGIN
    IF changes > 1 THEN
        -- Groups of several hosts that have dossiers in common lock them in one order, or they would wait for one another.
        PERFORM 1 FROM motcua.dossier d WHERE d.id = ANY (id) ORDER BY d.id FOR UPDATE;
    END IF;
    IF cardinality(number_of) > 0 THEN
        PERFORM 1 FROM motcua.series s WHERE s.name = ANY (series) ORDER BY s.name FOR UPDATE;
    END IF;
    WHILE first <= changes LOOP
        last := first;
        WHILE last < changes AND of_transaction[last + 1] = of_transaction[first] LOOP
            last := last + 1;
        END LOOP;
        joint := last > first OR of_transaction[first] = ANY (number_of);
        fits := TRUE;
        IF joint THEN
            FOR c IN first .. last LOOP
                SELECT d.version INTO known FROM motcua.dossier d
                    WHERE d.id = id[c] AND d.wakes_at IS NOT DISTINCT FROM woke_at[c];
                fits := fits AND CASE WHEN before[c] = 0
                    THEN NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = id[c])
                    ELSE coalesce(known = before[c], FALSE) END;
            END LOOP;
            FOR n IN 1 .. cardinality(number_of) LOOP
                IF number_of[n] = of_transaction[first] THEN
                    fits := fits AND number[n] = 1 + coalesce((SELECT latest FROM motcua.series WHERE name = series[n]), 0);
                END IF;
            END LOOP;
        END IF;
        FOR c IN first .. last LOOP
            IF fits THEN
                keys[c] := motcua.keep(id[c], key[c], before[c], head[c], woke_at[c], wakes_at[c],
                    record[read + 1 : read + records[c]]);
                IF keys[c] IS NULL AND joint THEN
                    RAISE serialization_failure;
                END IF;
            END IF;
            read := read + records[c];
        END LOOP;
        IF joint AND fits THEN
            FOR n IN 1 .. cardinality(number_of) LOOP
                IF number_of[n] = of_transaction[first] THEN
                    INSERT INTO motcua.series AS s VALUES (series[n], number[n])
                        ON CONFLICT (name) DO UPDATE SET latest = number[n] WHERE s.latest = number[n] - 1;
                    IF NOT FOUND THEN
                        RAISE serialization_failure;
                    END IF;
                END IF;
            END LOOP;
        END IF;
        IF cardinality(definition_of) > 0 AND keys[first] IS NOT NULL THEN
            INSERT INTO motcua.definition
                SELECT kind[n], hash[n], body[n] FROM generate_subscripts(definition_of, 1) n
                WHERE definition_of[n] = of_transaction[first] ON CONFLICT DO NOTHING;
        END IF;
        first := last + 1;
    END LOOP;
    IF cardinality(snapshot_of) > 0 THEN
        -- Of one dossier in several changes, the latest: they come in order.
        FOR n IN 1 .. cardinality(snapshot_of) LOOP
            IF keys[snapshot_of[n]] IS NOT NULL THEN
                INSERT INTO motcua.snapshot AS s
                    VALUES (keys[snapshot_of[n]], before[snapshot_of[n]] + records[snapshot_of[n]], snapshot[n])
                    ON CONFLICT (dossier) DO UPDATE SET version = excluded.version, body = excluded.body;
            END IF;
        END LOOP;
    END IF;
    IF cardinality(message_of) > 0 THEN
        INSERT INTO motcua.outbox
            SELECT destination[n], keys[message_of[n]], event[n], effect[n], 0,
                CASE WHEN refused[n] IS NULL THEN -62135596800 END, refused[n]
            FROM generate_subscripts(message_of, 1) n WHERE keys[message_of[n]] IS NOT NULL;
    END IF;
    RETURN keys;
END $$;
