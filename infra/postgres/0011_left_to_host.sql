-- When its workflow gave up waiting for the host to clean up: from then on the host's reaper does, once it is back.
ALTER TABLE run ADD COLUMN left_to_host_at timestamptz;
