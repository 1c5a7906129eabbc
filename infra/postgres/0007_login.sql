-- Signing in with Discord: one trip of a browser there and back (OA-3). Nobody is known in it, so no person is named.

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
