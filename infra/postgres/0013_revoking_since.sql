-- A revocation whose workflow was terminated would keep its person from connecting for ever: the sweep has to see since
-- when it has been under way.
ALTER TABLE attempt ADD COLUMN revoking_since timestamptz;
UPDATE attempt SET revoking_since = now() WHERE revoking;
ALTER TABLE attempt ADD CONSTRAINT attempt_revoking_since CHECK (NOT revoking OR revoking_since IS NOT NULL);
CREATE INDEX attempt_revoking_since ON attempt (revoking_since) WHERE revoking;
