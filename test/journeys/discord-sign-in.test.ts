import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPage } from '../../infra/local/build-page.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createRequestReader } from '../../src/providers/postgres/request-reader.ts';
import {
  accessibilityViolations,
  openPage,
  startBrowser,
  type OpenedPage,
  type PageSetting,
} from '../support/browser.ts';
import { startDiscordPeer, type DiscordPerson } from '../support/discord/peer.ts';
import { startSignInPeer, type SignInPeer } from '../support/discord/sign-in-peer.ts';
import { until } from '../support/until.ts';

/**
 * What a link is worth in whose hands: real servers, three processes, Chromium, and in the place of Discord an
 * independent gateway with an OpenID provider on its paths.
 */
let system: System;
let browser: Browser;
let pool: Pool;
let discord: Awaited<ReturnType<typeof startDiscordPeer>>;
let signIn: SignInPeer;
const people = new Map<string, DiscordPerson>();
let opened: OpenedPage[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'panager-test-discord-'));

beforeAll(async () => {
  await buildPage(join(import.meta.dirname, '../..'));
  discord = await startDiscordPeer();
  for (const name of ['minji', 'alex', 'sora', 'juno', 'dana']) {
    people.set(name, await discord.addPerson(name, { locale: name === 'alex' ? 'en-US' : 'ko' }));
  }
  const accounts = [...people.values()].map(({ userId, name, locale }) => {
    return { id: userId, username: name, global_name: name, locale };
  });
  [system, browser] = await Promise.all([
    startSystem({
      dataDir,
      mode: 'test',
      log: () => undefined,
      environment: async ({ publicUrl }) => {
        signIn = await startSignInPeer(
          { redirectUri: `${publicUrl}/oauth/discord/callback` },
          { host: discord, people: accounts },
        );
        const shared = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
        const client = { DISCORD_CLIENT_ID: signIn.clientId, DISCORD_CLIENT_SECRET: signIn.clientSecret };
        return { gateway: { ...shared, ...client }, orchestrator: shared };
      },
    }),
    startBrowser(),
  ]);
  const url = system.postgres?.urls('panager').roles.gateway ?? '';
  // Before that nobody knows of a first message: a bot cannot list conversations that it never took part in.
  await until('the bot is there', async () => (discord.commands().length > 0 ? true : null), 60_000);
  pool = createPool(url, { max: 2, onIdleError: () => undefined });
}, 180_000);
afterAll(async () => {
  await pool?.end();
  await browser?.close();
  await system?.stop();
  await signIn?.close();
  await discord?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  opened = [];
});

/** A page in a browser of its own, which has not gone anywhere yet. */
async function open(setting: PageSetting = {}): Promise<OpenedPage> {
  const page = await openPage(browser, setting);
  opened.push(page);
  return page;
}

/** `JOURNEY_PICTURES=<folder>` keeps what a person sees at each step, to be looked at. */
async function look(page: Page, step: string): Promise<void> {
  expect(await accessibilityViolations(page)).toEqual([]);
  const folder = process.env.JOURNEY_PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `discord-${step}.png`) });
}

interface Waiting {
  requestId: string;
  userId: string;
  /** The bot's one message about it. */
  replyId: string;
  path: string;
}

/** Somebody writes to the bot and gets the button of a link. */
async function waitingRequest(name: string, text: string): Promise<Waiting> {
  const person = people.get(name);
  if (!person) throw new Error(`nobody is called ${name}`);
  const messageId = await discord.say(person, text);
  const { replyId, link } = await until('the button of the link', async () => linkFor(person, messageId), 60_000);
  expect(link).toMatch(new RegExp(`^${system.publicUrl}/connect/[\\w-]{22}$`));
  const { rows } = await pool.query<{ id: string; user_id: string }>(
    'SELECT id, user_id FROM request WHERE client_id = $1::text',
    [messageId],
  );
  return { requestId: rows[0]?.id ?? '', userId: rows[0]?.user_id ?? '', replyId, path: new URL(link).pathname };
}

/** The bot's answer to a message, once it has a button that leads to a link. */
function linkFor(person: DiscordPerson, messageId: string): { replyId: string; link: string } | null {
  const reply = discord.ledger.fromBot(person.channelId).find(({ repliesTo }) => repliesTo === messageId);
  const [, link] = /"url":"([^"]+)"/.exec(JSON.stringify(reply?.components ?? [])) ?? [];
  return reply && link ? { replyId: reply.id, link } : null;
}

const statusOf = async ({ userId, requestId }: Waiting) =>
  (await createRequestReader(pool).find(userId, requestId))?.status;

/** At the stand-in for Discord. */
const authorizeAs = (page: Page, name: string) => page.getByRole('button', { name: `Authorize as ${name}` }).click();

test('OA-2: a preview bot and a scanner see one constant page, whatever the link names', async () => {
  const { path } = await waitingRequest('sora', '이번 주 일정 보여줘');
  const read = async (at: string) => {
    const answer = await fetch(system.publicUrl + at, { headers: { 'user-agent': 'Discordbot/2.0' } });
    return [answer.status, await answer.text(), answer.headers.getSetCookie()];
  };
  const [status, body, cookies] = await read(path);
  expect([status, cookies]).toEqual([200, []]);
  expect(await read('/connect/AAAAAAAAAAAAAAAAAAAAAA')).toEqual([200, body, []]);
  expect(body).not.toContain('일정');
}, 90_000);

interface Journey {
  setting: PageSetting;
  name: string;
  account: string;
  question: string;
  signIn: string;
  connect: string;
  allow: string;
  done: string;
}

const JOURNEYS: Record<string, Journey> = {
  'phone-korean': {
    setting: { size: 'phone', locale: 'ko-KR' },
    ...{ name: 'minji', account: 'minji@example.com', question: '이번 주 일정 보여줘' },
    ...{ signIn: 'Discord로 로그인', connect: 'Google 연결', allow: '허용' },
    done: '연동이 완료됐습니다. Discord로 돌아가세요.',
  },
  'desktop-english-dark': {
    setting: { size: 'desktop', locale: 'en-US', scheme: 'dark' },
    ...{ name: 'alex', account: 'alex@example.com', question: "What's on this week?" },
    ...{ signIn: 'Sign in with Discord', connect: 'Connect Google', allow: 'Allow' },
    done: 'Your account is connected. Go back to Discord.',
  },
};

test.each(Object.entries(JOURNEYS))(
  'OA-3: the right person, signed out, signs in with Discord, consents, and is sent back to Discord: %s',
  async (where, journey) => {
    const waiting = await waitingRequest(journey.name, journey.question);
    const { page, faults } = await open(journey.setting);
    await page.goto(system.publicUrl + waiting.path);
    await look(page, `${where}-1-signed-out`);
    await page.getByRole('button', { name: journey.signIn }).click();
    await authorizeAs(page, journey.name);

    await page.getByRole('button', { name: journey.connect }).waitFor();
    expect(page.url()).toBe(system.publicUrl + waiting.path);
    await page.getByText(journey.question).waitFor();
    await look(page, `${where}-2-connect`);
    await page.getByRole('button', { name: journey.connect }).click();
    await page.getByText(journey.account).click();
    await page.getByRole('button', { name: journey.allow, exact: true }).click();

    await page.getByRole('heading', { name: journey.done }).waitFor();
    await look(page, `${where}-3-connected`);
    expect(await page.getByRole('link').count()).toBe(0);
    await theAnswerIsThere(waiting, journey);
    // Nothing leads a person of Discord away from this page.
    expect(new URL(page.url()).pathname).toBe('/oauth/google/callback');
    expect([faults, signIn.tokens.live.size]).toEqual([[], 0]);
  },
  120_000,
);

/** In the message that asked for the account, without a button; and one short new message, as nobody hears an edit. */
async function theAnswerIsThere(waiting: Waiting, { name, account }: Journey): Promise<void> {
  const channel = people.get(name)?.channelId ?? '';
  // On a busy machine a request may be late, and its person be told so.
  const written = () =>
    discord.ledger.fromBot(channel).filter(({ content }) => content !== discordCommandTexts.ko.late);
  await until('the answer', async () => ((await statusOf(waiting)) === 'done' ? true : null), 40_000);
  await until('the new message', async () => (written().length === 2 ? true : null), 40_000);
  const [reply, pointer] = written();
  expect([reply?.id, reply?.components]).toEqual([waiting.replyId, []]);
  expect(reply?.content).toContain(account);
  expect(pointer?.content.length).toBeLessThan(200);
  expect(pointer?.content).not.toContain(account);
}

test('OA-4: another person is refused, changes to the right account, and the asker is told', async () => {
  const waiting = await waitingRequest('juno', '내일 일정 알려줘');
  const { page, faults } = await open({ size: 'phone' });
  await page.goto(system.publicUrl + waiting.path);
  await page.getByRole('button', { name: 'Discord로 로그인' }).click();
  const refused = page.waitForResponse((response) => response.url() === system.publicUrl + waiting.path);
  await authorizeAs(page, 'dana');
  expect((await refused).status()).toBe(403);
  await page.getByRole('heading', { name: '다른 분의 링크입니다' }).waitFor();
  expect(await page.getByText('내일 일정').count()).toBe(0);
  await look(page, 'stranger');
  const found = await createRequestReader(pool).find(waiting.userId, waiting.requestId);
  expect(found?.waitingFor[0]?.openedByStranger).toBe(true);
  const reply = () => discord.ledger.message(waiting.replyId)?.content ?? '';
  await until('the asker reads it', async () => (reply().includes('다른 사람이 이 링크를 열었') ? true : null));

  await page.getByRole('button', { name: '다른 계정으로 로그인' }).click();
  // Although dana is still signed in there, Discord asks which account it is to be.
  await authorizeAs(page, 'juno');
  await page.getByRole('button', { name: 'Google 연결' }).waitFor();
  await page.getByText('내일 일정 알려줘').waitFor();
  expect(faults).toEqual([]);
}, 90_000);

test('OA-3: a click on the button survives a session that ended, through Discord to the provider', async () => {
  const waiting = await waitingRequest('juno', '다음 주 일정 알려줘');
  const { page, faults } = await open();
  await page.goto(system.publicUrl + waiting.path);
  await page.getByRole('button', { name: 'Discord로 로그인' }).click();
  await authorizeAs(page, 'juno');
  await page.getByRole('button', { name: 'Google 연결' }).waitFor();

  await page.context().clearCookies({ name: 'panager' });
  await page.getByRole('button', { name: 'Google 연결' }).click();
  // Discord knows the person and asks nothing: one click leads through four addresses, and Chromium's `form-action`
  // lets it pass all of them.
  await page.waitForURL((url) => !url.href.startsWith(system.publicUrl) && !url.href.startsWith(discord.origin));
  await page.getByText('minji@example.com').waitFor();
  expect(faults).toEqual([]);
}, 90_000);

test('who says no at Discord stays signed out, with a fresh start one click away', async () => {
  const waiting = await waitingRequest('sora', '오늘 일정 알려줘');
  const { page } = await open({ size: 'phone', scheme: 'dark' });
  await page.goto(system.publicUrl + waiting.path);
  await page.getByRole('button', { name: 'Discord로 로그인' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: '로그인하지 않았습니다' }).waitFor();
  await look(page, 'denied');
  await page.getByRole('link', { name: '다시 로그인' }).click();
  await authorizeAs(page, 'sora');
  await page.getByRole('button', { name: 'Google 연결' }).waitFor();
}, 90_000);

test('the web page signs in with Discord too, and shows the requests of the same person', async () => {
  const question = `이번 주 일정 ${randomUUID().slice(0, 8)}`;
  const { requestId } = await waitingRequest('dana', question);
  const { page, faults } = await open();
  await page.goto(`${system.publicUrl}/?request=${requestId}`);
  await page.getByRole('link', { name: 'Discord로 로그인' }).waitFor();
  await look(page, 'web-signed-out');
  await page.getByRole('link', { name: 'Discord로 로그인' }).click();
  await authorizeAs(page, 'dana');
  await page.getByRole('article', { name: question }).waitFor();
  await look(page, 'web-signed-in');
  expect(faults).toEqual([]);

  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '로그아웃' }).click();
  await page.getByRole('link', { name: '다른 계정으로 로그인' }).click();
  await authorizeAs(page, 'sora');
  await page.getByRole('textbox', { name: '메시지' }).waitFor();
  expect(await page.getByRole('article', { name: question }).count()).toBe(0);
}, 90_000);

test('I3: everything that was sent to Discord is as its API wants it, and no link was in its text', () => {
  expect(discord.ledger.violations()).toEqual([]);
  const texts = discord.ledger.requests.map(({ body }) => (body as { content?: string } | null)?.content ?? '');
  expect(texts.filter((text) => text !== '').length).toBeGreaterThan(10);
  expect(texts.filter((text) => text.includes('/connect/'))).toEqual([]);
});
