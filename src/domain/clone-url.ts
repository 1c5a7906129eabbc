export type CloneUrlRefusal = 'unreadable' | 'notHttps' | 'credentials' | 'port' | 'notPublic' | 'path';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** A name with a dot whose last part is no number: addresses by number, in whatever form, and bare names are none. */
const NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/** Ends of names that lead nowhere on the public internet (RFC 6761, 6762, 8375, 9476, and what is in use for it). */
const NOT_PUBLIC =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|example|onion|alt)$/;
const PATH = /^(\/[\w.~-]+){1,12}$/;

/**
 * The address of a public repository as git is given it: https, a public name, no user, no query, the usual port. Where
 * it leads is looked at again with every connection, after its name is resolved (CO-2): this is what can be said at once.
 *
 * @param allowLoopback also this machine, by http too and at any port; for dev and test
 */
export function readCloneUrl(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): { cloneUrl: string } | { refused: CloneUrlRefusal } {
  const address = text.trim();
  // What a parser would drop or turn is not what somebody meant.
  if (/[\s\\]|[^\x21-\x7e]/.test(address) || !/^[a-z]+:\/\/[^/]/i.test(address) || !URL.canParse(address)) {
    return { refused: 'unreadable' };
  }
  const url = new URL(address);
  const isOwn = allowLoopback && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !(isOwn && url.protocol === 'http:')) return { refused: 'notHttps' };
  if (/^[^/]*\/\/[^/]*@/.test(address)) return { refused: 'credentials' };
  if (!isOwn && !isPublicName(url.hostname)) return { refused: 'notPublic' };
  if (!isOwn && url.port !== '') return { refused: 'port' };
  const path = url.pathname.replace(/\/$/, '');
  // As it was written: `..` and escapes would name another repository than the one that is read there.
  if (!PATH.test(path) || address.replace(/^[^/]*\/\/[^/]*/, '') !== url.pathname) return { refused: 'path' };
  return { cloneUrl: url.origin + path };
}

/** The last part of the address, as people call the repository. */
export function repositoryName(cloneUrl: string): string {
  return cloneUrl
    .replace(/^.*\//, '')
    .replace(/(?<=.)\.git$/i, '')
    .slice(0, 60);
}

function isPublicName(hostname: string): boolean {
  return hostname.length <= 253 && NAME.test(hostname) && !NOT_PUBLIC.test(hostname);
}
