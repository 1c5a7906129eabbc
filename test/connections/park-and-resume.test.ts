import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { walkConsent } from '../../infra/local/google/walk-consent.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Call } from '../../src/ports/consent-store.ts';
import { newPerson, newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());

/** A request whose model chose one call that needs Google. */
async function chosenCall(userId: string, needs: string[] = [SCOPES.calendarEventsRead]): Promise<Call> {
  const requestId = await newRequest(heart, userId);
  const call = {
    tool: 'calendar_list_events',
    arguments: { from: '2026-11-23', to: '2026-11-30' },
    provider: 'google' as const,
    needs,
    writes: false,
  };
  await heart.stories.claim(requestId);
  await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: [call] });
  const stored = await heart.store.findCall(requestId, '1.1');
  if (stored === null) throw new Error('the call was stored');
  return stored;
}

/** Starts a trip, walks the consent page, and returns what the callback said. */
async function consentAs(userId: string, flowPublicId: string, account = 'minji@example.com') {
  const started = await heart.consent.start(flowPublicId, userId);
  if (started.kind !== 'started') throw new Error(`start answered ${started.kind}`);
  const back = await walkConsent(started.authorizationUrl, { account });
  return heart.consent.receiveCallback({
    provider: 'google',
    redirectUri: `${back.origin}${back.pathname}`,
    state: back.searchParams.get('state'),
    code: back.searchParams.get('code'),
    error: back.searchParams.get('error'),
    iss: back.searchParams.get('iss'),
    malformed: false,
    bindSecretOf: () => started.bindSecret,
    userId,
  });
}

async function publicIdOf(userId: string, requestId: string): Promise<string> {
  const view = await heart.requests.find(userId, requestId);
  const [wait] = view?.waitingFor ?? [];
  if (!wait) throw new Error('the request waits for nothing');
  return wait.publicId;
}

test('a call without a connection parks, and one consent releases it with one outbox row', async () => {
  const userId = await newPerson(heart);
  const call = await chosenCall(userId);

  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'parked', reason: 'neverConnected' });
  const result = await consentAs(userId, await publicIdOf(userId, call.requestId));

  expect(result).toMatchObject({ kind: 'connected', account: 'minji@example.com', missingScopes: [] });
  const wakes = (await outboxOf(heart.pools.owner, call.requestId)).filter(({ kind }) => kind === 'authCompleted');
  expect(wakes).toEqual([{ kind: 'authCompleted', payload: expect.objectContaining({ outcome: 'granted' }) }]);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run', fence: 2 });
});
