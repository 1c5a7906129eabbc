-- The sweep ends a run whose workflow is gone; a request asks for its runs in whatever it does.
CREATE INDEX run_lost ON run (lost_at) WHERE lost_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX run_by_request ON run (request_id) WHERE request_id IS NOT NULL;
