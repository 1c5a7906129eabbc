-- Projects and runs: what is executed in a container, where, what it said, how it ended, and the proof that nothing stayed.

-- A machine with a container engine. Its sandbox worker says again and again that it is there.
CREATE TABLE sandbox_host (
  -- Also the end of its task queue, `sandbox-<id>`.
  id       text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  -- Runs at once.
  capacity integer NOT NULL CHECK (capacity > 0),
  -- Why it cannot run anything now; null when it can.
  trouble  text CHECK (trouble IN ('noEngine', 'noImage')),
  seen_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE project (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES app_user (id),
  name           text NOT NULL,
  clone_url      text NOT NULL,
  -- Known once it was cloned for the first time.
  default_branch text,
  -- The commit that was cloned last.
  head           text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  deleted_at     timestamptz
);
CREATE UNIQUE INDEX project_one_name ON project (user_id, lower(name)) WHERE deleted_at IS NULL;

-- One execution. Insert-only in what it is; its progress is told by times, in the order in which they stand here.
CREATE TABLE run (
  id            uuid PRIMARY KEY,
  project_id    uuid NOT NULL REFERENCES project (id),
  user_id       uuid NOT NULL REFERENCES app_user (id),
  -- The request that started it, if one did.
  request_id    uuid REFERENCES request (id),
  -- `import` clones only, to see that it can be cloned.
  kind          text NOT NULL CHECK (kind IN ('import', 'command')),
  command       text[] NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  host          text REFERENCES sandbox_host (id),
  placed_at     timestamptz,
  -- When the command began.
  started_at    timestamptz,
  stop_asked_at timestamptz,
  -- Nothing more is executed after this.
  ended_at      timestamptz,
  ending        text CHECK (ending IN
                  ('exited', 'signalled', 'outOfMemory', 'timeLimit', 'diskLimit', 'stopped', 'hostLost', 'failed')),
  exit_code     integer,
  signal        text,
  -- Stable code of what kept it from running, for `failed`.
  failure       text,
  -- Temporal does not know its workflow any more: the sweep ends it.
  lost_at       timestamptz,
  -- Commit that the command began on.
  base_commit   text,
  -- Nothing of it is left on its host, and `proof` says how that was seen.
  cleaned_at    timestamptz,
  proof         jsonb,
  CHECK ((ended_at IS NULL) = (ending IS NULL)),
  CHECK (kind = 'import' OR cardinality(command) > 0)
);
CREATE INDEX run_by_project ON run (project_id, created_at DESC);
CREATE INDEX run_by_user ON run (user_id, created_at DESC);
CREATE INDEX run_on_host ON run (host) WHERE cleaned_at IS NULL;

-- What a run said, masked. `position` counts the characters (UTF-16 units) of both streams before this piece, so that a
-- reader who has seen n characters goes on at n.
CREATE TABLE run_log (
  run_id     uuid NOT NULL REFERENCES run (id),
  position   bigint NOT NULL CHECK (position >= 0),
  stream     text NOT NULL CHECK (stream IN ('stdout', 'stderr')),
  text       text NOT NULL,
  -- Characters (UTF-16 units) of `text`.
  length     integer NOT NULL CHECK (length > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, position)
);

-- Where a worker goes on that lost its predecessor. Moves in the transaction that stores what was read up to there.
CREATE TABLE run_cursor (
  run_id   uuid PRIMARY KEY REFERENCES run (id),
  -- Characters stored.
  position bigint NOT NULL,
  -- Raw bytes of each stream that are dealt with: stored, or dropped because there was too much of it.
  stdout   bigint NOT NULL,
  stderr   bigint NOT NULL,
  dropped  bigint NOT NULL
);

CREATE TABLE run_diff (
  run_id     uuid PRIMARY KEY REFERENCES run (id),
  patch      text NOT NULL,
  -- It was larger than is kept: `patch` is its beginning.
  cut        boolean NOT NULL,
  -- [{path, added, removed, binary}]
  files      jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE VIEW run_status WITH (security_invoker = true) AS
SELECT r.id AS run_id,
       CASE
         WHEN r.ended_at IS NOT NULL THEN
           CASE WHEN r.ending = 'exited' AND r.exit_code = 0 THEN 'done'
                WHEN r.ending = 'stopped' THEN 'stopped'
                ELSE 'failed' END
         WHEN r.stop_asked_at IS NOT NULL THEN 'stopping'
         WHEN r.started_at IS NOT NULL THEN 'running'
         WHEN r.placed_at IS NOT NULL THEN 'preparing'
         ELSE 'queued'
       END AS status
FROM run r;

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN
  ('startRequest', 'authCompleted', 'choiceMade', 'approvalDecided', 'cancelRequest', 'repairAttempt',
   'destroyCredential', 'disconnect', 'replyChanged', 'startRun', 'stopRun'));

-- Tells a run's person and whoever reads its log. A sandbox worker may call it, and may not touch what it touches (MO-4).
CREATE FUNCTION publish_run(p_run uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  owner uuid;
BEGIN
  SELECT user_id INTO owner FROM run WHERE id = p_run;
  IF owner IS NOT NULL THEN
    PERFORM publish_event(owner, 'run', p_run);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION publish_run(uuid) FROM PUBLIC;

CREATE FUNCTION notify_run_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('panager_run_log', new.run_id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER run_log_added AFTER INSERT ON run_log FOR EACH ROW EXECUTE FUNCTION notify_run_log();

GRANT SELECT, INSERT, UPDATE ON project, run TO panager_gateway, panager_orchestrator;
GRANT SELECT ON run_log, run_diff, sandbox_host, run_status TO panager_gateway, panager_orchestrator;
GRANT UPDATE (trouble) ON sandbox_host TO panager_orchestrator;
GRANT EXECUTE ON FUNCTION publish_run(uuid) TO panager_gateway, panager_orchestrator, panager_sandbox;
GRANT SELECT ON project, run, run_log, run_diff, sandbox_host TO panager_sandbox;
GRANT INSERT ON run_log, run_diff, sandbox_host TO panager_sandbox;
GRANT SELECT, INSERT, UPDATE ON run_cursor TO panager_sandbox;
GRANT SELECT ON run_cursor TO panager_gateway, panager_orchestrator;
GRANT UPDATE (capacity, trouble, seen_at) ON sandbox_host TO panager_sandbox;
GRANT UPDATE (started_at, ended_at, ending, exit_code, signal, failure, base_commit, cleaned_at, proof) ON run TO panager_sandbox;
GRANT UPDATE (default_branch, head) ON project TO panager_sandbox;
GRANT SELECT, DELETE ON project, run, run_log, run_cursor, run_diff, sandbox_host TO panager_eraser;
