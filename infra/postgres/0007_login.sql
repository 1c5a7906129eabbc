-- Who is served, and how much: signing in with Discord, and what one person may ask in a day.

-- One trip of a browser to Discord and back (OA-3). Nobody is known in it yet, so no person is named.
CREATE TABLE login (
  id         uuid PRIMARY KEY,
  -- SHA-256 of `state`, and of "bind" + the cookie's random bits.
  state_hash bytea NOT NULL UNIQUE,
  bind_hash  bytea NOT NULL,
  -- A path of ours. No address of a browser decides where it goes afterwards.
  return_to  text NOT NULL CHECK (return_to LIKE '/%' AND return_to NOT LIKE '//%'),
  -- The button of the connect page at `return_to` was pressed: it is not to be pressed again.
  pressed    boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX login_by_age ON login (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON login TO panager_gateway;
GRANT SELECT, DELETE ON login TO panager_eraser;

-- Null while a person may ask more today; else when the next place becomes free: of the last `p_cap` requests of 24 hours
-- the oldest leaves first. Holds the person's row until the transaction ends, and each statement of a VOLATILE function
-- has a snapshot of its own: two messages at once at the last place are counted one after the other.
CREATE FUNCTION daily_requests_open_at(p_user uuid, p_cap integer) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  open_at timestamptz;
BEGIN
  IF p_cap IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM app_user WHERE id = p_user FOR NO KEY UPDATE;
  SELECT created_at + interval '24 hours' INTO open_at FROM request
    WHERE user_id = p_user AND created_at > clock_timestamp() - interval '24 hours'
    ORDER BY created_at DESC OFFSET p_cap - 1 LIMIT 1;
  RETURN open_at;
END $$;

-- A session counts as long as its person would be signed in today.
CREATE INDEX identity_by_user ON identity (user_id);
