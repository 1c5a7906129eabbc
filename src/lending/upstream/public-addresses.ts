import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** IANA's special-purpose registry, and Azure's metadata address, which looks public. */
const PRIVATE_IPV4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside of 2000::/3: protocol assignments with Teredo, documentation, 6to4, documentation. */
const PRIVATE_IPV6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [net, bits] of PRIVATE_IPV4) blocked.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_IPV6) blocked.addSubnet(net, bits, 'ipv6');

/** What is not in it is loopback, link-local, unique local, multicast, IPv4 in another form (mapped, NAT64) or unused. */
const globalIPv6 = new BlockList();
globalIPv6.addSubnet('2000::', 3, 'ipv6');

/** True for an address of another machine on the public internet. Anything else, whatever it looks like, is not (CO-2). */
export function isPublicAddress(address: string): boolean {
  if (isOwnAddress(address)) return false;
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  // A zone names an interface of ours: never global.
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalIPv6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** A public address of this host leads to what listens here, behind its firewall. */
function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}
