import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ClientRefused } from '../../src/connections/client-refused.ts';
import { createCredentials } from '../../src/connections/credentials.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Call, Connection } from '../../src/ports/consent-store.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import { createGoogleOAuth } from '../../src/providers/google/google-oauth.ts';
import { oauthProviders } from '../../src/providers/oauth/oauth-providers.ts';
import { connected, connectionOf, expireSecret } from '../connections/support/connected.ts';
import { leaveClean } from '../connections/support/invariants.ts';
import { practiceGoogle } from '../connections/support/practice-google.ts';
import { connect } from '../connections/support/trip.ts';
import { park } from '../connections/support/waiting.ts';
import { newPerson, newRequest, REDIRECT_URI, startHeart, type Heart } from '../support/heart.ts';
import { activitiesOf, runAs } from './support/activities.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const run = (call: Call, { activities } = activitiesOf(heart)) =>
  runAs(`request-${call.requestId}`, () => activities.callTool({ requestId: call.requestId, callId: call.callId }));

/** An orchestrator whose operator mistyped the client secret. */
function misconfigured() {
  const { clientId, address } = heart.google;
  const google = createGoogleOAuth({
    clientId,
    clientSecret: 'mistyped',
    redirectUri: REDIRECT_URI,
    baseUrl: address,
  });
  const oauth = oauthProviders(google);
  return activitiesOf(heart, {
    credentials: createCredentials({ store: heart.store, vault: heart.vaults.orchestrator, oauth }),
  });
}

/** A write that may run, of a person who allowed writing. */
async function readyWrite(): Promise<{ call: Call; connection: Connection }> {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId, [SCOPES.calendarEvents])).publicId);
  const requestId = await newRequest(heart, userId);
  await heart.stories.claim(requestId);
  const create = {
    tool: 'calendar_create_event',
    arguments: {
      title: `standup of ${requestId}`,
      start: { date: '2026-12-01', time: '15:00' },
      durationMinutes: 60,
      timeZone: 'Asia/Seoul',
    },
    provider: 'google' as const,
    needs: [SCOPES.calendarEvents],
    writes: true,
  };
  await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: [create] });
  const call = (await heart.store.findCall(requestId, '1.1'))!;
  const connection = await heart.store.transact({ userId, providers: ['google'] }, (tx) => tx.connection('google'));
  return { call, connection: connection! };
}

async function ledger({ requestId }: Call) {
  const { rows } = await heart.pools.owner.query<{ started: boolean; uncertain: boolean; failure: string | null }>(
    'SELECT started_at IS NOT NULL AS started, uncertain, failure FROM effect WHERE request_id = $1',
    [requestId],
  );
  return rows[0];
}

async function eventsMade({ userId, requestId }: Call): Promise<number> {
  const connection = await heart.store.transact({ userId, providers: ['google'] }, (tx) => tx.connection('google'));
  const lent = await heart.credentials.borrow(connection!);
  if (lent.kind !== 'lent') throw new Error(`the credential is ${lent.kind}`);
  const day = { from: '2026-12-01', to: '2026-12-02' };
  const { events } = await heart.calendar.listEvents(lent.accessToken, day, AbortSignal.timeout(5_000));
  return events.filter(({ title }) => title === `standup of ${requestId}`).length;
}

test('a client that the token endpoint refuses is tried again like an outage, for the operator to see', async () => {
  const { call, connection } = await connected(heart);
  await expireSecret(heart, connection);
  const wrong = misconfigured();
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(run(call, wrong)).rejects.toMatchObject({
      type: 'provider.clientRefused',
      nonRetryable: false,
      message: 'google refuses our own client',
    });
  }
  expect(wrong.unexpected).toEqual([expect.any(ClientRefused), expect.any(ClientRefused)]);
  expect(await connectionOf(heart, connection)).toMatchObject({ status: 'active', version: connection.version });
  expect(await ledger(call)).toEqual({ started: false, uncertain: false, failure: null });
  expect(await run(call)).toEqual({ outcome: 'done' });
});

test('S2: a write that got no credential has sent nothing, and goes on at once when there is one', async () => {
  const { call, connection } = await readyWrite();
  await expireSecret(heart, connection);
  await expect(run(call, misconfigured())).rejects.toMatchObject({ type: 'provider.clientRefused' });
  expect(await ledger(call)).toEqual({ started: false, uncertain: false, failure: null });
  expect(await run(call)).toEqual({ outcome: 'done' });
  expect(await eventsMade(call)).toBe(1);
});

test('S1: while an earlier send is looked up, a refused client neither ends the call nor makes it uncertain', async () => {
  const { call, connection } = await readyWrite();
  await practiceGoogle(heart).fault({ path: '/calendar/', method: 'POST', status: 500, afterEffect: true });
  await expect(run(call)).rejects.toMatchObject({ type: 'provider.unavailable' });
  await expireSecret(heart, connection);
  await expect(run(call, misconfigured())).rejects.toMatchObject({ type: 'provider.clientRefused' });
  expect(await ledger(call)).toEqual({ started: true, uncertain: false, failure: null });
  expect(await run(call)).toEqual({ outcome: 'done' });
  expect(await ledger(call)).toMatchObject({ uncertain: false });
  expect(await eventsMade(call)).toBe(1);
});

test('what keeps a credential away is never taken for a refusal of the call, whoever lends it', async () => {
  const { call } = await connected(heart);
  const credentials: Heart['credentials'] = { borrow: () => Promise.reject(new ProviderFailure('invalidRequest')) };
  await expect(run(call, activitiesOf(heart, { credentials }))).rejects.toMatchObject({
    type: 'provider.invalidRequest',
    nonRetryable: false,
  });
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run' });
});
