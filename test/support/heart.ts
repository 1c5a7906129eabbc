import { randomUUID } from 'node:crypto';
import { createConsent } from '../../src/connections/create-consent.ts';
import { createCredentials } from '../../src/connections/credentials.ts';
import { CONSENT_TIMES, type ConsentTimes } from '../../src/domain/consent-times.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import { createLogger } from '../../src/logger.ts';
import type { Call } from '../../src/ports/consent-store.ts';
import { createGoogleCalendar } from '../../src/providers/google/google-calendar.ts';
import { createGoogleOAuth } from '../../src/providers/google/google-oauth.ts';
import { oauthProviders } from '../../src/providers/oauth/oauth-providers.ts';
import { createConsentStore } from '../../src/providers/postgres/consent-store.ts';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createRequestReader } from '../../src/providers/postgres/request-reader.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { createStoryStore } from '../../src/providers/postgres/story-store.ts';
import { createCredentialVault } from '../../src/providers/vault.ts';
import { startEmulatedGoogle, testDatabase, testVault } from './servers.ts';

export const REDIRECT_URI = 'http://localhost:8000/oauth/google/callback';

/** Everything of the wait for consent on real parts, without Temporal and HTTP. Each process's role where it matters. */
export async function startHeart(times: Partial<ConsentTimes> = {}) {
  const [database, google] = await Promise.all([
    testDatabase(),
    startEmulatedGoogle({ clientId: 'panager-test', clientSecret: randomUUID(), redirectUri: REDIRECT_URI }),
  ]);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const ignore = () => undefined;
  const pools = {
    gateway: createPool(database.roles.gateway, { max: 10, onIdleError: ignore }),
    orchestrator: createPool(database.roles.orchestrator, { max: 10, onIdleError: ignore }),
    owner: createPool(database.owner, { max: 2, onIdleError: ignore }),
  };
  const { address, credentials: roles } = testVault();
  const vaults = {
    gateway: createCredentialVault({ addr: address, ...roles.gateway, logger }),
    orchestrator: createCredentialVault({ addr: address, ...roles.orchestrator, logger }),
  };
  const oauth = oauthProviders(
    createGoogleOAuth({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: REDIRECT_URI,
      baseUrl: google.address,
    }),
  );
  const store = createConsentStore(pools.orchestrator, { ...CONSENT_TIMES, ...times });
  const gatewayStore = createConsentStore(pools.gateway, { ...CONSENT_TIMES, ...times });

  return {
    database,
    google,
    pools,
    vaults,
    oauth,
    /** As the orchestrator. */
    store,
    /** As the gateway. */
    gatewayStore,
    consent: createConsent({
      store: gatewayStore,
      vault: vaults.gateway,
      oauth,
      poke: ignore,
    }),
    credentials: createCredentials({ store, vault: vaults.orchestrator, oauth }),
    calendar: createGoogleCalendar({ baseUrl: google.address, timeoutMs: 15_000 }),
    stories: createStoryStore(pools.orchestrator),
    intake: createIntake(pools.gateway),
    requests: createRequestReader(pools.gateway),
    sessions: createSessions(pools.gateway),
    async close() {
      vaults.gateway.close();
      vaults.orchestrator.close();
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
      await google.stop();
      await database.drop();
    },
  };
}

export type Heart = Awaited<ReturnType<typeof startHeart>>;

/** A new person. */
export async function newPerson(heart: Heart, name = `person-${randomUUID().slice(0, 8)}`): Promise<string> {
  const { user } = await heart.sessions.signIn({
    issuer: 'local',
    subject: name,
    displayName: name,
    language: 'ko',
  });
  return user.id;
}

/** A request as intake stores it, without a workflow. */
export async function newRequest(heart: Heart, userId: string, text = '이번 주 일정 보여줘'): Promise<string> {
  const { requestId } = await heart.intake.accept({
    userId,
    platform: 'web',
    channel: 'page',
    clientId: randomUUID(),
    text,
    language: 'ko',
    timeZone: 'Asia/Seoul',
  });
  return requestId;
}

/** A request whose model chose calls that need Google, one for each list of scopes. */
export async function chosenCalls(heart: Heart, userId: string, needs: readonly string[][]): Promise<Call[]> {
  const requestId = await newRequest(heart, userId);
  await heart.stories.claim(requestId);
  const { calls } = await heart.stories.saveTurn(requestId, {
    step: 1,
    answer: null,
    calls: needs.map((scopes) => ({
      tool: 'calendar_list_events',
      arguments: { from: '2026-11-23', to: '2026-11-30' },
      provider: 'google',
      needs: scopes,
      writes: false,
    })),
  });
  return Promise.all(calls.map(async ({ callId }) => (await heart.store.findCall(requestId, callId))!));
}

/** A request with one such call. */
export async function chosenCall(
  heart: Heart,
  userId: string,
  needs: string[] = [SCOPES.calendarEventsRead],
): Promise<Call> {
  const [call] = await chosenCalls(heart, userId, [needs]);
  return call!;
}

/** What an outbox holds for a request or an attempt, oldest first. */
export async function outboxOf(owner: Pool, subjectId: string): Promise<{ kind: string; payload: object }[]> {
  const { rows } = await owner.query<{ kind: string; payload: object }>(
    'SELECT kind, payload FROM outbox WHERE subject_id = $1::uuid ORDER BY id',
    [subjectId],
  );
  return rows;
}
