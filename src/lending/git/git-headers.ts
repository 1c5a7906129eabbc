import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

export interface GitCredential {
  username: string;
  password: string;
}

/** GitHub answers only what calls itself git. */
const USER_AGENT = 'git/2.39.5';

/**
 * All headers of a request to the git host. Of what the run sent only the protocol's version goes on: its credentials,
 * cookies and addresses do not. Nothing encoded is asked for, so that what comes back can be watched.
 */
export function gitHeaders(
  request: IncomingMessage,
  credential: GitCredential | null,
  more: OutgoingHttpHeaders,
): OutgoingHttpHeaders {
  const protocol = request.headers['git-protocol'];
  const isVersion = typeof protocol === 'string' && /^version=[012]$/.test(protocol);
  return {
    ...more,
    'user-agent': USER_AGENT,
    'accept-encoding': 'identity',
    ...(isVersion && { 'git-protocol': protocol }),
    ...(credential && { authorization: basic(credential) }),
  };
}

/** RFC 7617. */
export function basic({ username, password }: GitCredential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
