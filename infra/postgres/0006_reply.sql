-- Replies on platforms that keep messages of their own. On the web the request row is the reply.

CREATE TABLE reply (
  request_id     uuid PRIMARY KEY REFERENCES request (id),
  -- Counts whoever may send. Only the newest one may, and only until then: a late attempt overwrites nothing.
  fence          integer NOT NULL DEFAULT 0,
  send_by        timestamptz,
  -- What the message shows: the request's event number, and a hash of the message.
  shown_revision bigint,
  shown          text,
  -- The deadline that the person was last reminded of.
  reminded_for   timestamptz,
  -- The platform's code when it said that nothing can be delivered there. The answer is on the web page.
  undeliverable  text,
  delivered_at   timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- Every message of ours, each with a place of its own in the story: it is posted once.
CREATE TABLE reply_message (
  request_id uuid NOT NULL REFERENCES reply (request_id),
  slot       text NOT NULL,
  message_id text,
  -- Not null without a message id: it may have been posted, so look before posting again.
  sent_at    timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, slot)
);

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN
  ('startRequest', 'authCompleted', 'choiceMade', 'approvalDecided', 'cancelRequest', 'repairAttempt',
   'destroyCredential', 'disconnect', 'replyChanged'));

GRANT SELECT, INSERT, UPDATE ON reply, reply_message TO panager_orchestrator;
GRANT SELECT ON reply, reply_message TO panager_gateway;
GRANT SELECT, DELETE ON reply, reply_message TO panager_eraser;
