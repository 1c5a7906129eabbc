-- When the words were written, and messages that were not taken.

-- Discord keeps messages: what was written during an outage is fetched after it. "Tomorrow" follows the day on which it
-- was written.
ALTER TABLE request ADD COLUMN asked_at timestamptz NOT NULL DEFAULT now();
UPDATE request SET asked_at = created_at;

-- A message that was answered instead of stored. It starts nothing later, whatever is allowed or free by then; kept for
-- as long as its channel may be read again from before it.
CREATE TABLE declined_message (
  conversation_id uuid NOT NULL REFERENCES conversation (id),
  -- The platform's own id.
  message_id      bigint NOT NULL,
  -- What its person reads about it; null when they have read it lately.
  notice          text,
  told_at         timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (conversation_id, message_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON declined_message TO panager_gateway;
GRANT SELECT, DELETE ON declined_message TO panager_eraser;
