import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { HttpSettings } from '../../src/http/settings.ts';
import { createLogger } from '../../src/logger.ts';
import { createDiscordSignIn } from '../../src/providers/discord/discord-sign-in.ts';
import { createServedPeople } from '../../src/providers/discord/served-people.ts';
import { createLogins } from '../../src/providers/postgres/logins.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { begin, type Trip } from '../http/fake-discord.ts';
import { LINK, PUBLIC_URL, startHttp, type Answer, type Http } from '../http/http-fixture.ts';
import { ALEX, ME_PATH, MINJI, REVOKE_PATH, startSignInPeer, TOKEN_PATH } from '../support/discord/sign-in-peer.ts';
import type { SignInPeer } from '../support/discord/sign-in-peer.ts';
import { testDatabase, type TestDatabase } from '../support/servers.ts';

/** The routes over the real rows, with the gateway's own role, and an OpenID provider on Discord's paths. */
let database: TestDatabase;
let pool: Pool;
let owner: pg.Client;
let peer: SignInPeer;
let http: Http;
const logged: string[] = [];

beforeAll(async () => {
  [database, peer] = await Promise.all([
    testDatabase(),
    startSignInPeer({ redirectUri: `${PUBLIC_URL}/oauth/discord/callback` }),
  ]);
  pool = createPool(database.roles.gateway, { max: 20, onIdleError: () => {} });
  owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
});
afterEach(async () => {
  await http.stop();
  for (const path of [TOKEN_PATH, REVOKE_PATH, ME_PATH]) peer.breakPath(path);
  peer.calls.length = 0;
  logged.length = 0;
  await owner.query('TRUNCATE login, session, identity, app_user CASCADE');
});
afterAll(async () => {
  await peer.close();
  await pool.end();
  await owner.end();
  await database.drop();
});

async function start(served: { users?: string[]; guilds?: string[] } = {}, settings: Partial<HttpSettings> = {}) {
  const { clientId, clientSecret, apiUrl } = peer;
  const logger = createLogger({ name: 'test', level: 'debug' }, { write: (line: string) => void logged.push(line) });
  http = await startHttp({
    settings,
    sessions: createSessions(pool),
    discord: {
      signIn: createDiscordSignIn({
        clientId,
        clientSecret,
        apiUrl,
        redirectUri: `${PUBLIC_URL}/oauth/discord/callback`,
        logger,
      }),
      logins: createLogins(pool),
      isServed: createServedPeople({
        allowedUsers: served.users ?? [],
        allowedGuilds: served.guilds ?? [],
        token: 'bot-token',
        apiUrl,
        logger,
      }),
    },
  });
}

/** One sign-in as a browser does it. */
async function signIn(account: 'minji' | 'alex' | 'nobody' = 'minji', path = '/auth/discord/login'): Promise<Answer> {
  return comeBack(await begin(http, { path }), account);
}
async function comeBack(trip: Trip, account: 'minji' | 'alex' | 'nobody' = 'minji'): Promise<Answer> {
  const { pathname, search } = await peer.walk(new URL(trip.answer.headers.location ?? ''), account);
  return http.ask({ path: pathname + search, cookies: trip.cookie });
}
const sessionOf = (answer: Answer): string => /panager=([^;]+)/.exec(answer.cookies.join('\n'))?.[1] ?? '';
const me = async (answer: Answer) =>
  ((await http.ask({ path: '/api/session', as: sessionOf(answer) })).json() as { user?: { id: string } }).user;
const countOf = async (table: 'app_user' | 'session' | 'login'): Promise<number> =>
  Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n);

test('OA-3: somebody who never wrote to the bot is registered, and is the same person the next time', async () => {
  await start();
  const first = await signIn();
  expect([first.status, first.headers.location]).toEqual([303, '/']);
  expect(await me(first)).toMatchObject({ name: '민지', language: 'ko' });
  const second = await signIn();
  expect((await me(second))?.id).toBe((await me(first))?.id);
  expect(sessionOf(second)).not.toBe(sessionOf(first));
  expect(await me(await signIn('alex'))).toMatchObject({ name: 'Alex', language: 'en' });
  expect([await countOf('app_user'), await countOf('session')]).toEqual([2, 3]);
});

test('OA-3: whoever wrote to the bot before is the same person here', async () => {
  await start();
  const id = '99999999-9999-4999-8999-999999999999';
  await owner.query(`INSERT INTO app_user (id, display_name, language) VALUES ($1, 'minji', 'en')`, [id]);
  await owner.query(`INSERT INTO identity (issuer, subject, user_id) VALUES ('https://discord.com', $1, $2)`, [
    MINJI.id,
    id,
  ]);
  expect(await me(await signIn())).toEqual({ id, name: '민지', language: 'ko' });
});

test('OA-3: the token of a sign-in is revoked before the person goes on, and is in no row and no line', async () => {
  await start();
  await signIn('minji', `/auth/discord/login?return=/connect/${LINK}`);
  expect(peer.calls.filter((call) => call.includes('/api/'))).toEqual([
    `POST ${TOKEN_PATH}`,
    `GET ${ME_PATH}`,
    `POST ${REVOKE_PATH}`,
  ]);
  const token = peer.tokens.issued.at(-1) ?? '';
  expect([token.length > 20, peer.tokens.live.size]).toEqual([true, 0]);
  const { rows } = await owner.query<{ all: string }>(
    `SELECT (SELECT jsonb_agg(l)::text FROM login l) || (SELECT jsonb_agg(s)::text FROM session s)
       || (SELECT jsonb_agg(i)::text FROM identity i) || (SELECT jsonb_agg(u)::text FROM app_user u) AS all`,
  );
  const everything = [rows[0]?.all, ...logged, JSON.stringify(http.logLines), JSON.stringify(http.calls)].join('\n');
  expect(everything).toContain(MINJI.id);
  expect(everything).not.toContain(token);
});

test('OA-3: only `identify` is asked for, with PKCE', async () => {
  await start();
  const { answer } = await begin(http);
  const { searchParams } = new URL(answer.headers.location ?? '');
  expect(Object.fromEntries(searchParams)).toMatchObject({
    response_type: 'code',
    client_id: peer.clientId,
    redirect_uri: `${PUBLIC_URL}/oauth/discord/callback`,
    scope: 'identify',
    code_challenge_method: 'S256',
    prompt: 'none',
  });
});

test('OA-7: a code that was stolen and brought with an own state is worth nothing', async () => {
  await start();
  const [victim, thief] = [await begin(http), await begin(http)];
  const stolen = (await peer.walk(new URL(victim.answer.headers.location ?? ''))).searchParams.get('code') ?? '';
  const answer = await http.ask({
    path: `/oauth/discord/callback?state=${thief.state}&code=${encodeURIComponent(stolen)}`,
    cookies: thief.cookie,
  });
  expect([answer.status, await countOf('session')]).toEqual([424, 0]);
});

test('OA-7: 50 callbacks at once with one state are one exchange and one session', async () => {
  await start();
  const trip = await begin(http);
  const { pathname, search } = await peer.walk(new URL(trip.answer.headers.location ?? ''));
  const callbacks = Array.from({ length: 50 }, () => http.ask({ path: pathname + search, cookies: trip.cookie }));
  const statuses = (await Promise.all(callbacks)).map(({ status }) => status);
  expect([statuses.filter((status) => status === 303).length, new Set(statuses)]).toEqual([1, new Set([303, 409])]);
  expect(peer.calls.filter((call) => call === `POST ${TOKEN_PATH}`)).toHaveLength(1);
  expect(await countOf('session')).toBe(1);
});

test('OA-3: after ten minutes a state is over, and an hour later its row is gone', async () => {
  await start();
  const trip = await begin(http);
  await owner.query(`UPDATE login SET expires_at = now() - interval '1 second'`);
  expect((await comeBack(trip)).status).toBe(410);
  await owner.query(`UPDATE login SET expires_at = now() - interval '61 minutes'`);
  await begin(http);
  expect(await countOf('login')).toBe(1);
});

test('OA-8: a no at Discord signs nobody in', async () => {
  await start();
  const answer = await signIn('nobody');
  expect([answer.status, await countOf('app_user'), peer.calls.includes(`POST ${TOKEN_PATH}`)]).toEqual([
    403,
    0,
    false,
  ]);
});

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const html = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Down for maintenance</h1>');
const FAULTS: [string, string, Parameters<SignInPeer['breakPath']>[1]][] = [
  ['a token endpoint that fails', TOKEN_PATH, json(500, {})],
  ['a token endpoint that answers HTML', TOKEN_PATH, html],
  ['a token endpoint that hangs', TOKEN_PATH, () => {}],
  ['a token endpoint that says 429', TOKEN_PATH, json(429, { retry_after: 60 })],
  ['half a token', TOKEN_PATH, json(200, { access_token: 'x' })],
  ['a redirect to elsewhere', TOKEN_PATH, (response) => void response.writeHead(302, { location: '/x' }).end()],
  ['an identity that fails', ME_PATH, json(500, {})],
  ['an identity that is HTML', ME_PATH, html],
  ['an identity that hangs', ME_PATH, () => {}],
  ['an identity without an id', ME_PATH, json(200, { username: 'minji' })],
  ['an identity whose id is none', ME_PATH, json(200, { id: "1'--", username: 'minji' })],
  ['a bot', ME_PATH, json(200, { id: MINJI.id, username: 'bot', bot: true })],
  ['an identity of a megabyte', ME_PATH, json(200, { id: MINJI.id, username: 'x'.repeat(1024 * 1024) })],
];
test.each(FAULTS)('OA-3: %s signs nobody in, says so, and leaves no token behind', async (what, path, fault) => {
  await start({}, what.endsWith('hangs') ? { limits: { identifyMs: 1_000 } } : {});
  peer.breakPath(path, fault);
  const answer = await signIn();
  expect([answer.status, await countOf('session'), peer.tokens.live.size]).toEqual([424, 0, 0]);
  expect(answer.text).toContain('지금은 로그인할 수 없습니다');
});

test('OA-3: a token that cannot be revoked is noted without it, and the person is signed in', async () => {
  await start();
  peer.breakPath(REVOKE_PATH, json(500, {}));
  expect((await signIn()).status).toBe(303);
  expect(logged.join('')).toContain('was not revoked');
  expect(logged.join('')).not.toContain(peer.tokens.issued.at(-1));
  peer.tokens.live.clear();
});

test('a name that would look like another text is shown without what makes it so', async () => {
  await start();
  peer.breakPath(
    ME_PATH,
    json(200, { id: MINJI.id, username: 'x', global_name: '\u202egnimij\u0000\n', locale: 'ko' }),
  );
  expect(await me(await signIn())).toMatchObject({ name: 'gnimij' });
});

test('MO-3: only listed Discord ids are signed in; others are not even registered', async () => {
  await start({ users: [MINJI.id] });
  expect((await signIn()).status).toBe(303);
  const refused = await signIn('alex');
  expect([refused.status, await countOf('app_user')]).toEqual([403, 1]);
  expect(refused.text).toContain('account=other');
});

test('MO-3: members of a listed server are signed in, as the bot sees them', async () => {
  const guild = '300000000000000003';
  await start({ guilds: [guild] });
  const member = (id: string) => `/api/guilds/${guild}/members/${id}`;
  peer.breakPath(member(MINJI.id), json(200, { user: MINJI }));
  peer.breakPath(member(ALEX.id), json(404, { message: 'Unknown Member', code: 10007 }));
  expect((await signIn()).status).toBe(303);
  expect((await signIn('alex')).status).toBe(403);
  peer.breakPath(member(ALEX.id), json(403, { message: 'Missing Access', code: 50001 }));
  expect((await signIn('alex')).status).toBe(403);
  expect(logged.join('')).toContain('the bot is not in a server that ALLOWED_GUILDS names');
  peer.breakPath(member(ALEX.id), json(500, {}));
  expect((await signIn('alex')).status).toBe(424);
  expect(await countOf('app_user')).toBe(1);
});
