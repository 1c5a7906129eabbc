-- What ends accounts, what was left behind, what was said before.

-- When the provider was told to end the grant of this trip (or the job gave up telling it). Providers end the whole grant
-- of an account: every token that anybody got for it before is dead too.
ALTER TABLE attempt ADD COLUMN revoked_at timestamptz;
CREATE INDEX attempt_revoked_account ON attempt (provider, subject) WHERE revoking OR revoked_at IS NOT NULL;

-- Temporal knows this request's workflow no more, although its start was delivered: the sweep ends the request.
ALTER TABLE request ADD COLUMN lost_at timestamptz;

-- What the sweep looks at every minute. Attempts under way have an index already.
CREATE INDEX request_open ON request (created_at) WHERE ended_at IS NULL;

-- Nothing is left of what this trip stored, and nothing can be stored there any more: the search for orphans need not
-- look again.
ALTER TABLE attempt ADD COLUMN secret_gone_at timestamptz;

-- The last turns of a conversation.
CREATE INDEX request_by_conversation ON request (conversation_id, ended_at) WHERE ended_at IS NOT NULL;
