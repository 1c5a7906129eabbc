-- The spine: people, requests, the wait for consent, the effect ledger, the outbox.
-- Ids are uuids of ours. Words in CHECK constraints are those of src/domain/words.ts.
-- Lock order everywhere: link (by provider), request, app_user (the event counter, always last).

-- Roles per process. They exist once per cluster and get their passwords from whoever composes the system.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['panager_gateway', 'panager_orchestrator', 'panager_sandbox', 'panager_eraser'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $$;

-- People ------------------------------------------------------------------------------------------------------------

CREATE TABLE app_user (
  id           uuid PRIMARY KEY,
  display_name text NOT NULL,
  language     text NOT NULL CHECK (language IN ('ko', 'en')),
  time_zone    text,
  -- Last number given to one of this person's events. Taken under the row's lock, so numbers commit in order.
  event_seq    bigint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity (
  issuer     text NOT NULL,
  subject    text NOT NULL,
  user_id    uuid NOT NULL REFERENCES app_user (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);

-- The cookie holds a random token; the row holds its hash.
CREATE TABLE session (
  token_hash   bytea PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES app_user (id),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_by_user ON session (user_id);

-- Requests ----------------------------------------------------------------------------------------------------------

CREATE TABLE conversation (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES app_user (id),
  platform   text NOT NULL CHECK (platform IN ('discord', 'web')),
  -- The platform's own id of the place: a channel, or 'page' on the web.
  channel    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, platform, channel)
);

CREATE TABLE request (
  id              uuid PRIMARY KEY,
  user_id         uuid NOT NULL REFERENCES app_user (id),
  conversation_id uuid NOT NULL REFERENCES conversation (id),
  platform        text NOT NULL CHECK (platform IN ('discord', 'web')),
  -- The platform's own message id: the idempotency key of intake, scoped to the person.
  client_id       text NOT NULL,
  text            text NOT NULL,
  language        text NOT NULL CHECK (language IN ('ko', 'en')),
  time_zone       text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  claimed_at      timestamptz,
  cancelled_at    timestamptz,
  -- What the person reads in the end; written before delivery, so that a retried delivery says the same.
  outcome         text CHECK (outcome IN ('done', 'failed', 'cancelled', 'expired')),
  answer          text,
  ended_at        timestamptz,
  UNIQUE (user_id, platform, client_id),
  CHECK (ended_at IS NULL OR outcome IS NOT NULL)
);
CREATE INDEX request_by_user ON request (user_id, created_at DESC);

-- One turn of the model: what it said (an answer) or which calls it chose. A retried `think` returns the stored turn.
CREATE TABLE transcript (
  request_id uuid NOT NULL REFERENCES request (id),
  step       integer NOT NULL CHECK (step >= 1),
  answer     text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, step)
);

-- What the model chose, fixed when it was chosen. Insert-only for every process.
CREATE TABLE tool_call (
  request_id uuid NOT NULL,
  -- `step.index`: ours, never the model's.
  call_id    text NOT NULL,
  step       integer NOT NULL,
  position   integer NOT NULL,
  tool       text NOT NULL,
  arguments  jsonb NOT NULL,
  provider   text CHECK (provider IN ('google', 'github', 'claude')),
  needs      text[] NOT NULL,
  writes     boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, call_id),
  FOREIGN KEY (request_id, step) REFERENCES transcript (request_id, step)
);

-- The effect ledger: one row per call, reads too. A call's progress is here and nowhere else.
CREATE TABLE effect (
  request_id  uuid NOT NULL,
  call_id     text NOT NULL,
  -- Counts every attempt of every round. The owner of a started effect is a value of this counter.
  fence       integer NOT NULL DEFAULT 0,
  owner       integer,
  started_at  timestamptz,
  -- After this time the owner may not send any more.
  send_by     timestamptz,
  done_at     timestamptz,
  uncertain   boolean NOT NULL DEFAULT false,
  result      jsonb,
  -- Stable code of a definite failure.
  failure     text,
  PRIMARY KEY (request_id, call_id),
  FOREIGN KEY (request_id, call_id) REFERENCES tool_call (request_id, call_id)
);

-- The wait for consent ----------------------------------------------------------------------------------------------

-- The row that is locked. Nothing else is in it.
CREATE TABLE link (
  user_id  uuid NOT NULL REFERENCES app_user (id),
  provider text NOT NULL CHECK (provider IN ('google', 'github', 'claude')),
  PRIMARY KEY (user_id, provider)
);

CREATE TABLE flow (
  id         uuid PRIMARY KEY,
  -- 128 random bits, base64url: the last segment of the link that a person gets. An identifier, not a secret.
  public_id  text NOT NULL UNIQUE,
  user_id    uuid NOT NULL,
  provider   text NOT NULL,
  status     text NOT NULL CHECK (status IN ('live', 'closed')),
  -- A flow without a waiter (accounts page) lives until here before its first attempt.
  keep_until timestamptz,
  -- When somebody else opened the link: the owner is told.
  stranger_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at  timestamptz,
  FOREIGN KEY (user_id, provider) REFERENCES link (user_id, provider)
);
CREATE UNIQUE INDEX flow_one_live ON flow (user_id, provider) WHERE status = 'live';

CREATE TABLE waiter (
  request_id     uuid NOT NULL,
  call_id        text NOT NULL,
  user_id        uuid NOT NULL,
  provider       text NOT NULL,
  flow_id        uuid NOT NULL REFERENCES flow (id),
  status         text NOT NULL CHECK (status IN
                   ('open', 'released', 'resumed', 'expired', 'skipped', 'cancelled', 'insufficient')),
  needs          text[] NOT NULL,
  reason         text NOT NULL CHECK (reason IN
                   ('neverConnected', 'expired', 'revoked', 'scopeMissing', 'wrongAccount')),
  rounds         integer NOT NULL DEFAULT 0,
  -- The connection version that this call was refused with.
  failed_version integer,
  -- What the last browser trip ended with, for the words of the prompt.
  last_outcome   text CHECK (last_outcome IN ('granted', 'denied', 'failed')),
  deadline       timestamptz NOT NULL,
  opened_at      timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, call_id),
  FOREIGN KEY (request_id, call_id) REFERENCES tool_call (request_id, call_id),
  FOREIGN KEY (user_id, provider) REFERENCES link (user_id, provider)
);
CREATE INDEX waiter_unfinished ON waiter (user_id, provider) WHERE status IN ('open', 'released');

CREATE TABLE attempt (
  id           uuid PRIMARY KEY,
  flow_id      uuid NOT NULL REFERENCES flow (id),
  user_id      uuid NOT NULL,
  provider     text NOT NULL,
  status       text NOT NULL CHECK (status IN
                 ('started', 'burnt', 'granted', 'kept', 'confirm', 'void', 'denied', 'failed')),
  asks         text[] NOT NULL,
  -- SHA-256 of `state`, and of "bind" + the cookie's random bits.
  state_hash   bytea NOT NULL UNIQUE,
  bind_hash    bytea NOT NULL,
  redirect_uri text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz,
  confirm_by   timestamptz,
  -- The person said yes to an account that is not the one connected before.
  confirmed    boolean NOT NULL DEFAULT false,
  -- Whose account came back and what it granted: known before the secret is stored, kept for repair.
  subject      text,
  account      text,
  granted      text[],
  closed_at    timestamptz,
  FOREIGN KEY (user_id, provider) REFERENCES link (user_id, provider)
);
CREATE INDEX attempt_under_way ON attempt (user_id, provider) WHERE status IN ('started', 'burnt', 'confirm');

CREATE TABLE connection (
  id            uuid PRIMARY KEY,
  user_id       uuid NOT NULL,
  provider      text NOT NULL,
  status        text NOT NULL CHECK (status IN ('active', 'revoked', 'gone')),
  -- One counter per link; grows with every credential that replaces another.
  version       integer NOT NULL,
  scopes        text[] NOT NULL,
  subject       text NOT NULL,
  account       text NOT NULL,
  -- The attempt that stored the credential: the last segment of its path in Vault.
  credential    uuid NOT NULL REFERENCES attempt (id),
  secret_rev    integer NOT NULL,
  -- Why it is revoked, for the words of the next prompt.
  revoked_as    text CHECK (revoked_as IN ('expired', 'revoked')),
  -- Only one process refreshes at a time; the lease ends by itself when that process dies.
  refresh_until timestamptz,
  connected_at  timestamptz NOT NULL DEFAULT now(),
  last_used_at  timestamptz,
  UNIQUE (user_id, provider),
  FOREIGN KEY (user_id, provider) REFERENCES link (user_id, provider)
);
-- One account belongs to one person.
CREATE UNIQUE INDEX connection_one_owner ON connection (provider, subject) WHERE status <> 'gone';

-- Leaving the database ----------------------------------------------------------------------------------------------

-- The one way from a transaction to Temporal. Rows are deleted when they are delivered.
CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN
               ('startRequest', 'authCompleted', 'choiceMade', 'cancelRequest', 'repairAttempt', 'destroyCredential')),
  -- The request or attempt that it is about.
  subject_id uuid NOT NULL,
  payload    jsonb NOT NULL DEFAULT '{}',
  due_at     timestamptz NOT NULL DEFAULT now(),
  attempts   integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE INDEX outbox_by_subject ON outbox (subject_id);

-- The newest change of each thing that a page shows. Numbers are per person and commit in order.
CREATE TABLE event (
  user_id    uuid NOT NULL REFERENCES app_user (id),
  kind       text NOT NULL CHECK (kind IN ('request', 'connection', 'run', 'login')),
  subject_id uuid NOT NULL,
  seq        bigint NOT NULL,
  PRIMARY KEY (user_id, kind, subject_id)
);
CREATE INDEX event_by_seq ON event (user_id, seq);

-- Opaque ids and enums only. Insert-only for every process.
CREATE TABLE audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    uuid NOT NULL,
  kind       text NOT NULL,
  request_id uuid,
  flow_id    uuid,
  attempt_id uuid,
  provider   text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_event_by_user ON audit_event (user_id, id DESC);

-- What two or more places need ----------------------------------------------------------------------------------------

-- Tells a person's pages that something changed. Call it last in a transaction: it locks the person's counter.
CREATE FUNCTION publish_event(p_user uuid, p_kind text, p_subject uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  next_seq bigint;
BEGIN
  UPDATE app_user SET event_seq = event_seq + 1 WHERE id = p_user RETURNING event_seq INTO next_seq;
  INSERT INTO event (user_id, kind, subject_id, seq) VALUES (p_user, p_kind, p_subject, next_seq)
    ON CONFLICT (user_id, kind, subject_id) DO UPDATE SET seq = excluded.seq;
  PERFORM pg_notify('panager_event', p_user::text);
END $$;

-- LOCK the links of one person (created where missing, in provider order), then REQ the request. Every statement of a
-- VOLATILE function has a snapshot of its own, and so has the statement after it: what is read next is newer than the
-- locks. Returns the clock that decisions of this transaction use.
CREATE FUNCTION lock_links(p_user uuid, p_providers text[], p_request uuid) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_providers) > 0 THEN
    INSERT INTO link (user_id, provider) SELECT p_user, p FROM unnest(p_providers) AS p ORDER BY p
      ON CONFLICT DO NOTHING;
    PERFORM 1 FROM link WHERE user_id = p_user AND provider = ANY (p_providers) ORDER BY provider FOR UPDATE;
  END IF;
  IF p_request IS NOT NULL THEN
    PERFORM 1 FROM request WHERE id = p_request FOR UPDATE;
  END IF;
  RETURN clock_timestamp();
END $$;

CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('panager_outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_added AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();

-- A request's status follows from the rows; nobody writes it down a second time.
CREATE VIEW request_status WITH (security_invoker = true) AS
SELECT r.id AS request_id,
       CASE
         WHEN r.ended_at IS NOT NULL THEN r.outcome
         WHEN r.cancelled_at IS NOT NULL THEN 'cancelled'
         WHEN EXISTS (SELECT 1 FROM waiter w WHERE w.request_id = r.id AND w.status = 'open') THEN 'waiting'
         WHEN EXISTS (SELECT 1 FROM tool_call c LEFT JOIN effect e USING (request_id, call_id)
                      WHERE c.request_id = r.id AND e.done_at IS NULL AND e.failure IS NULL) THEN 'running'
         WHEN r.claimed_at IS NOT NULL THEN 'thinking'
         ELSE 'queued'
       END AS status
FROM request r;

-- Least privilege -----------------------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON app_user, identity, conversation, request, transcript, effect, link, flow, waiter,
  attempt, connection, event TO panager_gateway, panager_orchestrator;
GRANT SELECT, INSERT ON tool_call, audit_event TO panager_orchestrator;
GRANT SELECT ON tool_call TO panager_gateway;
GRANT SELECT, INSERT ON audit_event TO panager_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO panager_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO panager_gateway, panager_orchestrator;
GRANT SELECT ON request_status TO panager_gateway, panager_orchestrator;
GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA public TO panager_eraser;
