import { networkInterfaces } from 'node:os';
import { expect, test } from '@jest/globals';
import { isPublicAddress } from '../../src/lending/upstream/public-addresses.ts';

test.each([
  '1.1.1.1',
  '140.82.112.3',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '192.169.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a0a:a440::1',
  '2001:4860:4860::8888',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test.each([
  ['this host', ['0.0.0.0', '0.1.2.3', '::']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1', 'fec0::1']],
  [
    'link-local and metadata',
    ['169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192'],
  ],
  ['shared by a carrier', ['100.64.0.1', '100.100.100.200', '100.127.255.255']],
  ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
  [
    'reserved',
    [
      '240.0.0.1',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.1',
      '198.18.0.1',
      '198.19.255.255',
      '192.88.99.1',
      '100::1',
      '4000::1',
      '2001:db8::1',
      '3fff::1',
    ],
  ],
  [
    'IPv4 in another form',
    [
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::ffff:0:127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::8.8.8.8',
      '64:ff9b:1::a00:1',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
    ],
  ],
  ['no address', ['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', '1.1.1.1 ', '[::1]', '2606:4700::1%1']],
])('%s is not public', (_name, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

test('addresses of this host are not public, whatever they are', () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(isPublicAddress)).toEqual([]);
});
