-- Writes: approvals, disconnecting, revocation under way.

-- A person's yes or no to exactly one tool call. What was shown is what is executed: the bytes are kept.
CREATE TABLE approval (
  id         uuid PRIMARY KEY,
  request_id uuid NOT NULL,
  call_id    text NOT NULL,
  user_id    uuid NOT NULL REFERENCES app_user (id),
  reason     text NOT NULL CHECK (reason IN ('staleWrite')),
  status     text NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'replaced', 'expired')),
  -- Canonical JSON of tool and arguments, as it was previewed.
  preview    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Undecided after this the preview is made anew, as a new row.
  expires_at timestamptz NOT NULL,
  -- Undecided after this the call is closed. Kept over rebuilt previews.
  deadline   timestamptz NOT NULL,
  decided_at timestamptz,
  FOREIGN KEY (request_id, call_id) REFERENCES tool_call (request_id, call_id)
);
CREATE UNIQUE INDEX approval_one_current ON approval (request_id, call_id) WHERE status NOT IN ('replaced');

-- The provider is still being told to end this grant: a new trip must wait, or its grant would end with it.
ALTER TABLE attempt ADD COLUMN revoking boolean NOT NULL DEFAULT false;
CREATE INDEX attempt_revoking ON attempt (user_id, provider) WHERE revoking;

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN
  ('startRequest', 'authCompleted', 'choiceMade', 'approvalDecided', 'cancelRequest', 'repairAttempt',
   'destroyCredential', 'disconnect'));

CREATE OR REPLACE VIEW request_status WITH (security_invoker = true) AS
SELECT r.id AS request_id,
       CASE
         WHEN r.ended_at IS NOT NULL THEN r.outcome
         WHEN r.cancelled_at IS NOT NULL THEN 'cancelled'
         WHEN EXISTS (SELECT 1 FROM waiter w WHERE w.request_id = r.id AND w.status = 'open')
           OR EXISTS (SELECT 1 FROM approval a WHERE a.request_id = r.id AND a.status = 'pending') THEN 'waiting'
         WHEN EXISTS (SELECT 1 FROM tool_call c LEFT JOIN effect e USING (request_id, call_id)
                      WHERE c.request_id = r.id AND e.done_at IS NULL AND e.failure IS NULL) THEN 'running'
         WHEN r.claimed_at IS NOT NULL THEN 'thinking'
         ELSE 'queued'
       END AS status
FROM request r;

GRANT SELECT, INSERT, UPDATE ON approval TO panager_gateway, panager_orchestrator;
GRANT SELECT, DELETE ON approval TO panager_eraser;
