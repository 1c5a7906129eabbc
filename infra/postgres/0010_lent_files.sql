-- Secrets that a run is lent as files: null when it is lent none, then whether they were seen gone after the execution.
ALTER TABLE run ADD COLUMN files_gone boolean;
GRANT UPDATE (files_gone) ON run TO panager_sandbox;
