-- A request whose workflow is lost is ended by the sweep; its message is brought to that end by a workflow of its own.
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN
  ('startRequest', 'authCompleted', 'choiceMade', 'approvalDecided', 'cancelRequest', 'repairAttempt',
   'destroyCredential', 'disconnect', 'replyChanged', 'startRun', 'stopRun', 'tellEnd'));
