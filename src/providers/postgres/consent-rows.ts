/** Column lists that give rows the shape of the port's types. One place, so that a row always arrives whole. */
export const CONNECTION = `
  c.id, c.user_id AS "userId", c.provider, c.status, c.version, c.scopes, c.subject, c.account, c.credential,
  c.secret_rev AS "secretRev", c.revoked_as AS "revokedAs", c.connected_at AS "connectedAt"`;

export const WAITER = `
  w.request_id AS "requestId", w.call_id AS "callId", w.provider, w.flow_id AS "flowId", w.status, w.needs, w.reason,
  w.rounds, w.failed_version AS "failedVersion", w.last_outcome AS "lastOutcome", w.deadline`;

export const APPROVAL = `
  p.id, p.request_id AS "requestId", p.call_id AS "callId", p.user_id AS "userId", p.reason, p.status, p.preview,
  p.expires_at AS "expiresAt", p.deadline`;

export const ATTEMPT = `
  a.id, a.flow_id AS "flowId", a.user_id AS "userId", a.provider, a.status, a.asks, a.bind_hash AS "bindHash",
  a.redirect_uri AS "redirectUri", a.created_at AS "createdAt", a.expires_at AS "expiresAt",
  a.confirm_by AS "confirmBy", a.confirmed, a.subject, a.account, a.granted`;
