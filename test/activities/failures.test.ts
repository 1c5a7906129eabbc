import { describe, expect, test } from '@jest/globals';
import {
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import pg from 'pg';
import { approvalRequired, authRequired, lookAgain, refused, translated } from '../../activities/failures.ts';
import { VaultUnavailable } from '../../src/ports/credential-vault.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';

/** Whatever holds it must not reach a history, in any form. */
const SECRET = 'canary-b7c1f02e-token';
const FORMS = [SECRET, Buffer.from(SECRET).toString('base64').slice(0, -4), Buffer.from(SECRET).toString('hex')];

/** What an activity's failure looks like in a history, with its payloads opened. */
function inHistory(failure: Error): string {
  const encoded = new DefaultFailureConverter().errorToFailure(failure, defaultPayloadConverter);
  return JSON.stringify(encoded, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
}

async function failureOf(error: unknown): Promise<{ failure: Error; unexpected: unknown[] }> {
  const unexpected: unknown[] = [];
  const { act } = translated(
    { act: (): Promise<void> => Promise.reject(error as Error) },
    (_name, thrown) => void unexpected.push(thrown),
  );
  const failure = await act().then(
    () => new Error('nothing was thrown'),
    (thrown: Error) => thrown,
  );
  return { failure, unexpected };
}

const named = (code: string, message: string) => Object.assign(new Error(message), { code });
const databaseError = () =>
  Object.assign(new pg.DatabaseError(`duplicate key value (${SECRET})`, 10, 'error'), {
    code: '23505',
    detail: `Key (token)=(${SECRET}) already exists.`,
    where: SECRET,
  });
const clientError = () =>
  Object.assign(new Error(`Request failed: ${SECRET}`), {
    isAxiosError: true,
    config: { headers: { authorization: `Bearer ${SECRET}` }, data: SECRET },
    response: { status: 500, data: { access_token: SECRET } },
    cause: new Error('inner', { cause: clientCause() }),
  });
const clientCause = () => Object.assign(new Error(SECRET), { stack: `at ${SECRET}` });

const OURS: [string, unknown, object][] = [
  ['an outage', new ProviderFailure('unavailable', { status: 503 }), { type: 'provider.unavailable' }],
  ['a timeout', new ProviderFailure('timeout'), { type: 'provider.timeout', message: 'the provider failed' }],
  [
    'a limit',
    new ProviderFailure('rateLimited', { status: 429, retryAfterMs: 5_000 }),
    { type: 'provider.rateLimited', message: 'the provider answered 429', nextRetryDelay: 5_000 },
  ],
  [
    'a limit of a year',
    new ProviderFailure('rateLimited', { status: 429, retryAfterMs: 31_536_000_000 }),
    { nextRetryDelay: 600_000 },
  ],
  ['a sealed vault', new VaultUnavailable('sealed'), { type: 'vault.sealed', nonRetryable: false }],
  ['a vault that is not there', new VaultUnavailable('unreachable'), { type: 'vault.unreachable' }],
];

const FOREIGN: [string, unknown, string][] = [
  ['an error of Postgres with a row in it', databaseError(), 'database'],
  ['a connection that was refused', named('ECONNREFUSED', `connect ${SECRET}`), 'database'],
  ['an error of an HTTP client with headers, body and causes', clientError(), 'internal'],
  ['an error whose name holds it', Object.assign(new Error('x'), { name: SECRET }), 'internal'],
  ['an error whose code is data', named(SECRET, 'x'), 'internal'],
  ['several errors at once', new AggregateError([new Error(SECRET)], SECRET), 'internal'],
  ['a string', SECRET, 'internal'],
  ['an object', { token: SECRET }, 'internal'],
  ['nothing', undefined, 'internal'],
];

describe('SE-3: an error is a code and a text of ours before it leaves an activity', () => {
  test.each(OURS)('%s', async (_name, error, expected) => {
    const { failure, unexpected } = await failureOf(error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ nonRetryable: false, ...expected });
    expect(unexpected).toEqual([]);
  });

  test('every kind of failure has a code of its own', async () => {
    const kinds = [
      ...(['unavailable', 'timeout', 'rateLimited', 'unauthorized', 'invalidGrant', 'forbidden'] as const),
      ...(['notFound', 'conflict', 'invalidRequest'] as const),
    ];
    for (const kind of kinds) {
      const { failure } = await failureOf(new ProviderFailure(kind));
      expect(failure).toMatchObject({ type: `provider.${kind}`, nonRetryable: false });
    }
    for (const trouble of ['sealed', 'unreachable', 'timeout', 'refused', 'failing'] as const) {
      const { failure } = await failureOf(new VaultUnavailable(trouble));
      expect(failure).toMatchObject({ type: `vault.${trouble}`, nonRetryable: false });
    }
  });

  test.each(FOREIGN)('%s', async (_name, error, type) => {
    const { failure, unexpected } = await failureOf(error);
    expect(failure).toMatchObject({ type, nonRetryable: false });
    expect(failure.cause).toBeUndefined();
    // What nobody expected goes to the log, whole; the logger masks it.
    expect(unexpected).toEqual(type === 'internal' ? [error] : []);
  });

  test('nothing of the original is in the history: not its message, stack, fields or causes', async () => {
    for (const [, error] of FOREIGN) {
      const { failure } = await failureOf(error);
      const history = inHistory(failure);
      for (const form of FORMS) expect(history).not.toContain(form);
      expect(history).not.toMatch(/\.ts:\d+/);
    }
    // The detector works: untranslated, each of the first four would be there.
    for (const [, error] of FOREIGN.slice(0, 4)) expect(inHistory(error as Error)).toContain(SECRET);
  });

  test('our own failures go through as they are, with ids and enums only, and without a stack', async () => {
    const flowId = 'a3f5c1de-0000-4000-8000-000000000001';
    const details = { flowId, provider: 'google', reason: 'revoked', deadline: 1_764_000_000_000 } as const;
    // A caller may hand over more than belongs into a history.
    const failures = [
      authRequired({ ...details, ...{ url: SECRET } }),
      approvalRequired({ approvalId: flowId, deadline: 1_764_000_000_000 }),
      lookAgain('credentialMoved', 300),
      refused('notYours'),
    ];
    for (const ours of failures) {
      const { failure, unexpected } = await failureOf(ours);
      expect(failure).toBe(ours);
      expect(unexpected).toEqual([]);
      expect(inHistory(failure)).not.toMatch(/\.ts:\d+/);
      expect(inHistory(failure)).not.toContain(SECRET);
    }
    expect(inHistory(failures[0]!)).toContain(flowId);
    expect(failures.map(({ nonRetryable }) => nonRetryable)).toEqual([true, true, false, true]);
  });

  test('a cancellation stays one', async () => {
    const cancelled = new CancelledFailure('the request was cancelled');
    expect((await failureOf(cancelled)).failure).toBe(cancelled);
  });

  test('a result goes through, and every activity is wrapped', async () => {
    const activities = translated(
      { add: async (a: number, b: number) => a + b, name: async () => 'x' },
      () => undefined,
    );
    expect([await activities.add(1, 2), await activities.name()]).toEqual([3, 'x']);
  });
});
