import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/logger.ts';
import { createCredentials } from '../../src/connections/credentials.ts';
import {
  connected,
  connectionOf,
  expireSecret,
  pathOf,
  runnable,
  storedSecret,
} from '../connections/support/connected.ts';
import { leaveClean } from '../connections/support/invariants.ts';
import { practiceGoogle } from '../connections/support/practice-google.ts';
import { connect, MINJI, startTrip } from '../connections/support/trip.ts';
import { createVaultAgainst } from '../connections/support/vault-against.ts';
import { park, promptOf, READ, TASKS } from '../connections/support/waiting.ts';
import type { Call } from '../../src/ports/consent-store.ts';
import { chosenCall, newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { activitiesOf, runAs } from './support/activities.ts';

let heart: Heart;
let google: ReturnType<typeof practiceGoogle>;
beforeAll(async () => {
  heart = await startHeart();
  google = practiceGoogle(heart);
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const run = (call: Call, { activities } = activitiesOf(heart)) =>
  runAs(`request-${call.requestId}`, () => activities.callTool({ requestId: call.requestId, callId: call.callId }));

const outcomeOf = async ({ requestId }: Call) => (await heart.stories.claim(requestId))?.turns[0]?.calls[0]?.outcome;

describe('callTool', () => {
  test('reads with the stored arguments, keeps the result, and a later attempt asks the provider nothing', async () => {
    const { call } = await connected(heart);
    expect(await run(call)).toEqual({ outcome: 'done' });
    expect(await outcomeOf(call)).toMatchObject({
      kind: 'done',
      result: { account: MINJI, timeZone: 'Asia/Seoul', events: expect.any(Array) },
    });
    await google.fault({ path: '/', status: 500, times: 10 });
    expect(await run(call)).toEqual({ outcome: 'done' });
  });

  test('without an account waits: ids and enums only, not retried by the engine', async () => {
    const call = await chosenCall(heart, await newPerson(heart));
    const failure = await run(call).catch((error: unknown) => error);
    const { flowId, deadline } = await promptOf(heart, call);
    expect(failure).toMatchObject({
      type: 'AuthRequired',
      nonRetryable: true,
      message: 'waiting for google (neverConnected)',
      details: [{ flowId, provider: 'google', reason: 'neverConnected', deadline: deadline.getTime() }],
    });
  });

  test('OA-12: a token that is refused is refreshed once, and the call goes on without the person', async () => {
    const { call, connection } = await connected(heart);
    await google.expireAccessTokens();
    const before = await google.tokenRequests();
    expect(await run(call)).toEqual({ outcome: 'done' });
    expect((await google.tokenRequests()).refresh - before.refresh).toBe(1);
    expect(await connectionOf(heart, connection)).toMatchObject({ status: 'active', secretRev: 2 });
  });

  test('OA-12: a dead grant is a new prompt worded by its cause, never a loop, and the next consent answers', async () => {
    const { userId, call, connection } = await connected(heart);
    await google.revoke(MINJI);
    await expect(run(call)).rejects.toMatchObject({ type: 'AuthRequired', details: [{ reason: 'revoked' }] });
    expect(await connectionOf(heart, connection)).toMatchObject({ status: 'revoked', version: 1 });
    const before = await google.tokenRequests();
    await expect(run(call)).rejects.toMatchObject({ type: 'AuthRequired' });
    expect(await google.tokenRequests()).toEqual(before);

    await connect(heart, userId, (await promptOf(heart, call)).publicId);
    expect(await run(call)).toEqual({ outcome: 'done' });
  });

  test('a token that is refused although it was just refreshed counts as revoked', async () => {
    const { call } = await connected(heart);
    await google.fault({ path: '/calendar/', status: 401, reason: 'authError', times: 2 });
    await expect(run(call)).rejects.toMatchObject({ type: 'AuthRequired', details: [{ reason: 'revoked' }] });
  });

  test('an expired token without a refresh token asks the person, with that reason', async () => {
    const { call, connection } = await connected(heart);
    const { credential, revision } = await storedSecret(heart, connection);
    const spent = { ...credential, refreshToken: null, expiresAt: new Date(0).toISOString() };
    await heart.vaults.orchestrator.replace(pathOf(connection), spent, revision);
    await expect(run(call)).rejects.toMatchObject({ type: 'AuthRequired', details: [{ reason: 'expired' }] });
  });

  test('while another process refreshes it looks again in a moment', async () => {
    const { call, connection } = await connected(heart);
    await expireSecret(heart, connection);
    await heart.store.leaseRefresh(connection.id, connection.version, 30_000);
    await expect(run(call)).rejects.toMatchObject({ type: 'credentialMoved', nonRetryable: false });
  });

  test('S7: refused with a credential that was replaced meanwhile, it looks again instead of asking', async () => {
    const { userId, call, connection } = await connected(heart);
    const credentials: Heart['credentials'] = {
      async borrow() {
        await park(heart, userId, [TASKS]).then(({ publicId }) => connect(heart, userId, publicId));
        return { kind: 'dead', as: 'revoked' };
      },
    };
    await expect(run(call, activitiesOf(heart, { credentials }))).rejects.toMatchObject({
      type: 'credentialOvertaken',
    });
    expect(await connectionOf(heart, connection)).toMatchObject({ status: 'active', version: 2 });
    expect(await run(call)).toEqual({ outcome: 'done' });
  });

  test.each([
    ['500', { status: 500 }, 'provider.unavailable'],
    ['503', { status: 503 }, 'provider.unavailable'],
    ['a limit', { status: 429, retryAfter: 7 }, 'provider.rateLimited'],
    ['half of an answer', { truncate: true }, 'provider.unavailable'],
    ['a page', { html: true }, 'provider.unavailable'],
  ])('an outage is tried again and asks nothing of the person: %s', async (_name, fault, type) => {
    const { call, connection } = await connected(heart);
    await google.fault({ path: '/calendar/', ...fault });
    await expect(run(call)).rejects.toMatchObject({ type, nonRetryable: false });
    expect(await connectionOf(heart, connection)).toEqual(connection);
    expect(await run(call)).toEqual({ outcome: 'done' });
  });

  test('SE-2: a sealed Vault is tried again and asks nothing of the person', async () => {
    const { call, connection } = await connected(heart);
    const sealed = { status: 503, body: '{"errors":["Vault is sealed"]}' };
    await createVaultAgainst(sealed, createLogger({ name: 'test', level: 'silent' }), async (vault) => {
      const credentials = createCredentials({ store: heart.store, vault, oauth: heart.oauth });
      await expect(run(call, activitiesOf(heart, { credentials }))).rejects.toMatchObject({
        type: 'vault.sealed',
        nonRetryable: false,
      });
    });
    expect(await connectionOf(heart, connection)).toEqual(connection);
  });

  test('a definite refusal is the outcome, told once and not tried again', async () => {
    const { call } = await connected(heart);
    await google.fault({ path: '/calendar/', status: 403, reason: 'insufficientPermissions' });
    expect(await run(call)).toEqual({ outcome: 'failed', code: 'forbidden' });
    expect(await run(call)).toEqual({ outcome: 'failed', code: 'forbidden' });
    expect(await outcomeOf(call)).toEqual({ kind: 'failed', code: 'forbidden' });
  });

  test('S2: of a cancelled request asks the provider nothing', async () => {
    const { userId, call } = await connected(heart);
    await heart.consent.cancel(call.requestId, userId);
    await google.fault({ path: '/', status: 500, times: 10 });
    expect(await run(call)).toEqual({ outcome: 'cancelled' });
  });

  test('two calls side by side with one expired token refresh it once', async () => {
    const { userId, call, connection } = await connected(heart);
    const other = await runnable(heart, userId);
    await expireSecret(heart, connection);
    const before = await google.tokenRequests();
    expect(await Promise.all([run(call), run(other.call)])).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
    expect((await google.tokenRequests()).refresh - before.refresh).toBe(1);
  });
});

describe('what ends a credential', () => {
  /** Runs the job of a superseded credential, as its workflow would. */
  async function runJob(attemptId: string): Promise<{ revoke: boolean }> {
    const { activities } = activitiesOf(heart);
    const [job] = (await outboxOf(heart.pools.owner, attemptId)).filter(({ kind }) => kind === 'destroyCredential');
    const { revoke } = job!.payload as { revoke: boolean };
    const workflowId = `destroy-credential-${attemptId}`;
    if (revoke) await runAs(workflowId, () => activities.revokeGrant({ attemptId }));
    await runAs(workflowId, () => activities.destroyCredential({ attemptId }));
    return { revoke };
  }
  const isRevoked = async (token: string) => {
    const range = { from: '2026-11-23', to: '2026-11-30' };
    return heart.calendar.listEvents(token, range, AbortSignal.timeout(5_000)).then(
      () => false,
      () => true,
    );
  };

  test('destroys the old secret of the same account in Vault, and the account’s grant lives on', async () => {
    const { userId, connection } = await connected(heart);
    await park(heart, userId, [TASKS]).then(({ publicId }) => connect(heart, userId, publicId));
    expect(await runJob(connection.credential)).toEqual({ revoke: false });
    expect(await heart.vaults.orchestrator.read(pathOf(connection))).toEqual({ kind: 'destroyed' });
    const now = await connectionOf(heart, connection);
    expect(await isRevoked((await storedSecret(heart, now)).credential.accessToken)).toBe(false);
  });

  test('revokes another account’s grant first, while there is a token to do it with; twice is once', async () => {
    const { userId, connection } = await connected(heart);
    const { credential } = await storedSecret(heart, connection);
    const { publicId } = await park(heart, userId, [TASKS]);
    const trip = await startTrip(heart, userId, publicId);
    await trip.finish({ account: 'alex@example.com' });
    await heart.consent.confirm(trip.attemptId, userId, true);

    // Until the provider was told, a new trip could bring a grant that ends together with the old one.
    const later = await park(heart, userId, ['https://www.googleapis.com/auth/calendar.settings.readonly']);
    expect(await heart.consent.start(later.publicId, userId)).toEqual({ kind: 'busy' });
    const before = await google.tokenRequests();
    expect(await runJob(connection.credential)).toEqual({ revoke: true });
    expect(await runJob(connection.credential)).toEqual({ revoke: true });
    expect((await google.tokenRequests()).revoke - before.revoke).toBe(1);
    expect(await isRevoked(credential.accessToken)).toBe(true);
    expect(await heart.vaults.orchestrator.read(pathOf(connection))).toEqual({ kind: 'destroyed' });
    expect(await heart.consent.start(later.publicId, userId)).toMatchObject({ kind: 'started' });
  });

  test('a provider that does not revoke is asked again, and given up after a while with an alarm; the secret goes all the same', async () => {
    const { userId, connection } = await connected(heart);
    const attemptId = connection.credential;
    const workflowId = `destroy-credential-${attemptId}`;
    const { activities, unexpected } = activitiesOf(heart);
    await google.fault({ path: '/revoke', status: 503, times: 2 });
    const revoke = (minutesAgo: number) =>
      runAs(workflowId, () => activities.revokeGrant({ attemptId }), {
        // However often it was tried: tries that did not reach the provider do not count against it.
        attempt: 40,
        scheduledTimestampMs: Date.now() - minutesAgo * 60_000,
      });
    const isAudited = async () =>
      (
        await heart.pools.owner.query(`SELECT 1 FROM audit_event WHERE user_id = $1 AND kind = 'revocationGivenUp'`, [
          userId,
        ])
      ).rowCount === 1;
    await expect(revoke(9)).rejects.toMatchObject({ type: 'provider.unavailable', nonRetryable: false });
    expect([unexpected, await isAudited()]).toEqual([[], false]);
    await revoke(11);
    expect(unexpected).toEqual([
      expect.objectContaining({ name: 'Alarm', message: expect.stringMatching(/^google did not revoke/) }),
    ]);
    expect(await isAudited()).toBe(true);
    await heart.pools.owner.query(`UPDATE connection SET status = 'gone' WHERE id = $1`, [connection.id]);
    await runAs(workflowId, () => activities.destroyCredential({ attemptId }));
    expect(await heart.vaults.orchestrator.read(pathOf(connection))).toEqual({ kind: 'destroyed' });
  });

  test('S5: a path that was never written is claimed: a callback that is still on its way stores nothing there', async () => {
    const userId = await newPerson(heart);
    const trip = await startTrip(heart, userId, (await park(heart, userId, [READ])).publicId);
    const callback = await trip.walk();
    const { activities } = activitiesOf(heart);
    const { attemptId } = trip;
    await runAs(`destroy-credential-${attemptId}`, () => activities.destroyCredential({ attemptId }));
    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'refused' });
    const path = { userId, provider: 'google', attemptId } as const;
    expect((await heart.vaults.orchestrator.read(path)).kind).not.toBe('credential');
    await runAs(`repair-${attemptId}`, () => activities.repairAttempt({ attemptId }));
    expect((await heart.store.findAttempt(attemptId))?.status).toBe('failed');
  });
});
