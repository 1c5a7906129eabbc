-- Fewer trips to the database while a lock is held.

-- Tells a person's pages that several things changed: `p_changes` is a list of {kind, subjectId} without repetitions.
-- Takes the person's counter once. Call it last in a transaction.
CREATE FUNCTION publish_events(p_user uuid, p_changes jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  how_many integer := jsonb_array_length(p_changes);
  last_seq bigint;
BEGIN
  UPDATE app_user SET event_seq = event_seq + how_many WHERE id = p_user RETURNING event_seq INTO last_seq;
  INSERT INTO event (user_id, kind, subject_id, seq)
    SELECT p_user, c.kind, c.subject_id, last_seq - how_many + c.place
    FROM ROWS FROM (jsonb_to_recordset(p_changes) AS (kind text, "subjectId" uuid))
      WITH ORDINALITY AS c(kind, subject_id, place)
    ON CONFLICT (user_id, kind, subject_id) DO UPDATE SET seq = excluded.seq;
  PERFORM pg_notify('panager_event', p_user::text);
END $$;
