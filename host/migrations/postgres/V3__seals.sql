-- What is personal in an event, by the key of the event: the salt, then the values whose digests stand in the record. Erased when the law
-- orders it; the record stays. Events of before there were seals have none.
CREATE TABLE motcua.seal (
    key BIGINT PRIMARY KEY,
    body BYTEA NOT NULL
);

-- Erases what changes erase, then keeps the seals of their records, and returns the keys of the changes' dossiers as they were given:
-- nothing is done for a change that has none. Changes that erase come with how many events their dossier had before, seals with
-- the change and the number of their event.
CREATE FUNCTION motcua.seal(
    keys BIGINT[], erasing INTEGER[], before INTEGER[], seal_of INTEGER[], event INTEGER[], seal BYTEA[]
) RETURNS BIGINT[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    of_key BIGINT;
BEGIN
    FOR n IN 1 .. cardinality(erasing) LOOP
        of_key := keys[erasing[n]];
        IF of_key IS NOT NULL THEN
            DELETE FROM motcua.seal s WHERE s.key > of_key << 24 AND s.key <= (of_key << 24) + before[n];
            DELETE FROM motcua.snapshot s WHERE s.dossier = of_key;
            UPDATE motcua.outbox o SET failure = NULL WHERE o.dossier = of_key AND o.failure IS NOT NULL;
        END IF;
    END LOOP;
    INSERT INTO motcua.seal
        SELECT (keys[seal_of[n]] << 24) + event[n], seal[n] FROM generate_subscripts(seal_of, 1) n
        WHERE keys[seal_of[n]] IS NOT NULL;
    RETURN keys;
END $$;
