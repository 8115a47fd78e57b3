-- A change rests on the record whose hash its first one carries; without one, on the record that stays the latest. That it is the
-- dossier's is compared like the version: another host may have added as many events. The functions have the parameters that they had, so
-- that a host which is running meanwhile goes on with them.

-- Keeps one change and returns the dossier's key; nothing where it rests on another version or another record, or on
-- another idea of when the dossier wakes.
CREATE OR REPLACE FUNCTION motcua.keep(
    of_id TEXT, of_key BIGINT, before INTEGER, new_head BYTEA, woke_at BIGINT, new_wakes_at BIGINT, records BYTEA[]
) RETURNS BIGINT LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    found_key BIGINT;
    count INTEGER := cardinality(records);
    rests_on BYTEA := coalesce(substr(records[1], 1, 32), new_head);
BEGIN
    IF before = 0 THEN
        INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES (of_id, count, new_head, new_wakes_at)
            ON CONFLICT (id) DO NOTHING RETURNING key INTO found_key;
    ELSIF of_key IS NULL THEN
        UPDATE motcua.dossier SET version = before + count, head = new_head, wakes_at = new_wakes_at
            WHERE id = of_id AND version = before AND head = rests_on AND wakes_at IS NOT DISTINCT FROM woke_at
            RETURNING key INTO found_key;
    ELSE
        UPDATE motcua.dossier SET version = before + count, head = new_head, wakes_at = new_wakes_at
            WHERE key = of_key AND version = before AND head = rests_on AND wakes_at IS NOT DISTINCT FROM woke_at
            RETURNING key INTO found_key;
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
CREATE OR REPLACE FUNCTION motcua.append(
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
    ahead INTEGER;
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
            ahead := read;
            FOR c IN first .. last LOOP
                fits := fits AND CASE WHEN before[c] = 0
                    THEN NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = id[c])
                    ELSE EXISTS (SELECT FROM motcua.dossier d WHERE d.id = id[c] AND d.version = before[c]
                        AND d.head = CASE WHEN records[c] = 0 THEN head[c] ELSE substr(record[ahead + 1], 1, 32) END
                        AND d.wakes_at IS NOT DISTINCT FROM woke_at[c]) END;
                ahead := ahead + records[c];
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
