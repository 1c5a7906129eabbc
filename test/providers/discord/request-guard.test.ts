import { expect, test } from '@jest/globals';
import type { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { createRequestGuard } from '../../../src/providers/discord/request-guard.ts';

const MINUTE_MS = 60_000;

function guarded() {
  const clock = { now: 1_000_000 };
  const pauses: string[] = [];
  const guard = createRequestGuard({ now: () => clock.now, onPause: (why) => void pauses.push(why) });
  return {
    ...{ clock, pauses },
    note: (status: number, more: Partial<Parameters<typeof guard.note>[0]> = {}) =>
      guard.note({ status, channel: '1', retryAfterMs: 5_000, scope: 'user', ...more }),
    /** Milliseconds until a request to this channel may go; 0 when it may. */
    waits(channel = '1'): number | null {
      try {
        guard.admit(channel);
        return 0;
      } catch (error) {
        return (error as ProviderFailure).retryAfterMs;
      }
    },
  };
}

test('a limit of one channel lasts as long as Discord said, for that channel alone', () => {
  const { note, waits, clock } = guarded();
  note(429);
  expect([waits('1'), waits('2')]).toEqual([5_000, 0]);
  clock.now += 5_000;
  expect(waits('1')).toBe(0);
});

test('a global limit is everybody’s', () => {
  const { note, waits, clock, pauses } = guarded();
  note(429, { scope: 'global' });
  expect([waits('1'), waits('2')]).toEqual([5_000, 5_000]);
  clock.now += 5_001;
  expect(waits('2')).toBe(0);
  expect(pauses).toEqual(['globalRateLimit']);
});

test('requests that are refused together are told once', () => {
  const { note, pauses, clock } = guarded();
  for (let count = 0; count < 20; count++) {
    clock.now += 3;
    note(401);
  }
  expect(pauses).toEqual(['tokenRefused']);
});

test('far below the number of refusals that Discord bans for, everything stops until the ten minutes are over', () => {
  const { note, waits, clock, pauses } = guarded();
  let sent = 0;
  for (; waits() === 0 && sent < 10_000; sent++) {
    clock.now += 10;
    note(403);
  }
  expect(sent).toBe(500);
  expect(waits('2')).toBeGreaterThan(9 * MINUTE_MS);
  expect(pauses).toEqual(['tooManyInvalidRequests']);
  clock.now += 10 * MINUTE_MS;
  expect(waits()).toBe(0);
  note(403);
  expect(waits()).toBe(0);
});

test('shared limits are not held against us', () => {
  const { note, waits, clock } = guarded();
  for (let count = 0; count < 2_000; count++) note(429, { scope: 'shared', retryAfterMs: 1 });
  clock.now += 2;
  expect(waits()).toBe(0);
});
