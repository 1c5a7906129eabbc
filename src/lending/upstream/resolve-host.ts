import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Refusal } from '../refusals.ts';
import { isPublicAddress } from './public-addresses.ts';

export interface Address {
  address: string;
  family: number;
}

/** Every address of a host name, as the system sees it. */
export type Resolve = (hostname: string) => Promise<Address[]>;

export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true });

export interface AddressRules {
  resolve: Resolve;
  /** Reached although private, and without TLS. */
  allowedPrivate: readonly string[];
}

/**
 * The addresses that may be connected to for this upstream. One forbidden address among them forbids the host: names that
 * lead here and there are how private addresses are reached. @throws Refusal
 */
export async function resolveUpstream(base: URL, { resolve, allowedPrivate }: AddressRules): Promise<Address[]> {
  const hostname = hostnameOf(base);
  const family = isIP(hostname);
  const found = family ? [{ address: hostname, family }] : await resolve(hostname).catch(() => []);
  if (found.length === 0) throw new Refusal('upstreamUnreachable');
  const isExcepted = ({ address }: Address) => allowedPrivate.includes(address);
  if (!found.every((one) => isExcepted(one) || isPublicAddress(one.address))) throw new Refusal('addressNotAllowed');
  if (base.protocol !== 'https:' && !found.every(isExcepted)) throw new Refusal('addressNotAllowed');
  return found;
}

/** Without the brackets of an IPv6 address. */
export function hostnameOf(base: URL): string {
  return base.hostname.replace(/^\[(.*)\]$/, '$1');
}
