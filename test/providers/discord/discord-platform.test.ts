import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReplyMessage } from '../../../src/domain/discord/reply-view.ts';
import { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { ReplyRefused, type MessagePlatform } from '../../../src/ports/replies.ts';
import { createDiscordPlatform } from '../../../src/providers/discord/discord-platform.ts';
import { createDiscordRest } from '../../../src/providers/discord/discord-rest.ts';
import type { Fault } from '../../support/discord/faults.ts';
import { startDiscordPeer, type DiscordPeer, type DiscordPerson } from '../../support/discord/peer.ts';

const CREATE = { method: 'POST', path: /\/messages$/ };
const EDIT = { method: 'PATCH', path: /\/messages\/\d+$/ };

let peer: DiscordPeer;
const closing: (() => void)[] = [];
beforeAll(async () => {
  peer = await startDiscordPeer();
}, 60_000);
afterAll(async () => {
  closing.forEach((close) => close());
  await peer.stop();
});
afterEach(() => {
  expect(peer.faults.left()).toBe(0);
  expect(peer.ledger.violations()).toEqual([]);
});

interface Logged {
  level: string;
  text: string;
}

/** A client of its own: pauses after a refusal are remembered per client. */
function platform(options: { timeoutMs?: number; token?: string } = {}): MessagePlatform & { logged: Logged[] } {
  const logged: Logged[] = [];
  const note = (level: string) => (_: unknown, text?: string) => void logged.push({ level, text: text ?? '' });
  const logger = { error: note('error'), warn: note('warn') } as unknown as Parameters<
    typeof createDiscordRest
  >[0]['logger'];
  const rest = createDiscordRest({
    token: options.token ?? peer.token,
    apiUrl: peer.apiUrl,
    logger,
    timeoutMs: options.timeoutMs ?? 5_000,
  });
  closing.push(rest.close);
  return { ...createDiscordPlatform(rest.call), logged };
}

async function asked(): Promise<{ person: DiscordPerson; channel: string; replyTo: string; nonce: string }> {
  const person = await peer.addPerson();
  const replyTo = await peer.say(person, '이번 주 일정 보여줘');
  return { person, channel: person.channelId, replyTo, nonce: randomUUID().slice(0, 25) };
}

const text = (words: string): ReplyMessage => ({ text: words, buttons: [] });
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => error,
  );

test('a message answers the person’s own, mentions nobody, unfolds nothing, and every button carries its ids', async () => {
  const { channel, replyTo, nonce } = await asked();
  const requestId = randomUUID();
  const message: ReplyMessage = {
    text: '**Google 연결이 필요합니다**\n@everyone',
    buttons: [
      [
        { kind: 'link', label: 'Google 연결', url: 'https://panager.example/connect/abc' },
        { kind: 'press', label: '그만두기', style: 'plain', press: { action: 'cancel', requestId } },
      ],
    ],
  };
  const id = await platform().post(message, { channel, replyTo, nonce });
  expect(peer.ledger.message(id)).toMatchObject({ content: message.text, repliesTo: replyTo, flags: 4, nonce });
  expect(peer.ledger.message(id)?.components).toMatchObject([
    {
      type: 1,
      components: [{ style: 5, url: 'https://panager.example/connect/abc' }, { custom_id: `cancel:${requestId}` }],
    },
  ]);
  const [sent] = peer.ledger.requestsTo('POST', /messages$/).filter(({ path }) => path.includes(channel));
  expect(sent?.body).toMatchObject({
    allowed_mentions: { parse: [], replied_user: false },
    enforce_nonce: true,
    flags: 4,
  });
});

test('an edit replaces words and buttons, and suppresses embeds again', async () => {
  const { channel, replyTo, nonce } = await asked();
  const own = platform();
  const press = { action: 'cancel', requestId: randomUUID() } as const;
  const before: ReplyMessage = {
    text: '기다립니다',
    buttons: [[{ kind: 'press', label: '그만두기', style: 'plain', press }]],
  };
  const messageId = await own.post(before, { channel, replyTo, nonce });
  await own.edit(text('답입니다'), { channel, messageId });
  expect(peer.ledger.message(messageId)).toMatchObject({ content: '답입니다', components: [] });
  expect(peer.ledger.requestsTo('PATCH', /messages/).at(-1)?.body).toMatchObject({
    flags: 4,
    allowed_mentions: { parse: [] },
  });
});

test('an answer that was lost is found again by what it replies to, long after the nonce is forgotten', async () => {
  const { person, channel, replyTo, nonce } = await asked();
  const own = platform();
  const since = new Date();
  expect(await own.find({ channel, replyTo, since, known: [] })).toBeNull();
  peer.faults.next({ ...CREATE, fault: { kind: 'lostAnswer' } });
  expect(await failureOf(own.post(text('하나'), { channel, replyTo, nonce }))).toMatchObject({ kind: 'unavailable' });
  peer.forgetNonces();
  for (let count = 0; count < 120; count++) await peer.say(person, `말 ${count}`);
  const found = await own.find({ channel, replyTo, since, known: [] });
  expect(peer.ledger.fromBot(channel).map(({ id }) => id)).toEqual([found]);
  expect(await own.find({ channel, replyTo, since, known: [found!] })).toBeNull();
  expect(await own.find({ channel, replyTo: found!, since, known: [] })).toBeNull();
}, 30_000);

test('the same nonce within minutes is the same message', async () => {
  const { channel, replyTo, nonce } = await asked();
  const own = platform();
  const ids = await Promise.all([1, 2, 3].map(() => own.post(text('하나'), { channel, replyTo, nonce })));
  expect(new Set(ids).size).toBe(1);
  expect(peer.ledger.fromBot(channel)).toHaveLength(1);
});

test('a link that Discord takes on no button is told as text', async () => {
  const { channel, replyTo, nonce } = await asked();
  const url = `http://localhost:8000/${'x'.repeat(600)}`;
  const message: ReplyMessage = { text: '연결', buttons: [[{ kind: 'link', label: 'Google 연결', url }]] };
  const before = peer.ledger.requests.length;
  const id = await platform().post(message, { channel, replyTo, nonce });
  expect(peer.ledger.message(id)).toMatchObject({ content: `연결\nGoogle 연결: <${url}>`, components: [] });
  // The first try is the one violation of this test.
  peer.ledger.requests.slice(before).forEach((request) => request.violations.splice(0));
});

describe('faults in our words', () => {
  const table: [string, Fault, object][] = [
    [
      '429 of this channel',
      { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 30 },
      { kind: 'rateLimited', status: 429 },
    ],
    ['429 shared', { kind: 'rateLimited', scope: 'shared', retryAfterSeconds: 30 }, { kind: 'rateLimited' }],
    ['429 of everything', { kind: 'rateLimited', scope: 'global', retryAfterSeconds: 30 }, { kind: 'rateLimited' }],
    ['401', { kind: 'unauthorized' }, { kind: 'unauthorized', retryAfterMs: 60_000 }],
    ['403', { kind: 'forbidden' }, { kind: 'undeliverable', code: '50001' }],
    ['closed messages', { kind: 'dmsClosed' }, { kind: 'undeliverable', code: '50007' }],
    ['500', { kind: 'internal' }, { kind: 'unavailable', status: 500 }],
    ['a lost answer', { kind: 'lostAnswer' }, { kind: 'unavailable' }],
    ['silence', { kind: 'hang' }, { kind: 'timeout' }],
    ['silence after the work', { kind: 'hangAfter' }, { kind: 'timeout' }],
  ];
  test.each(table)('%s', async (_, fault, expected) => {
    const { channel, replyTo, nonce } = await asked();
    peer.faults.next({ ...CREATE, fault });
    const failure = await failureOf(platform({ timeoutMs: 1_000 }).post(text('하나'), { channel, replyTo, nonce }));
    expect(failure).toMatchObject(expected);
    expect(failure instanceof ProviderFailure || failure instanceof ReplyRefused).toBe(true);
    // Nothing of the request is kept: the library's errors hold bodies and addresses.
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure as object))).not.toMatch(/하나|channels|Bot /);
  });

  test('a limit tells how long it lasts', async () => {
    const { channel, replyTo, nonce } = await asked();
    peer.faults.next({ ...CREATE, fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 30 } });
    const failure = await failureOf(platform().post(text('하나'), { channel, replyTo, nonce }));
    expect((failure as ProviderFailure).retryAfterMs).toBeGreaterThan(28_000);
    expect((failure as ProviderFailure).retryAfterMs).toBeLessThan(32_000);
  });

  test('a message that is gone, a channel that never was', async () => {
    const { channel, replyTo, nonce } = await asked();
    const own = platform();
    expect(await failureOf(own.edit(text('x'), { channel, messageId: '1234567890123456789' }))).toMatchObject({
      kind: 'messageGone',
    });
    const nowhere = { channel: '1234567890123456789', replyTo, nonce };
    expect(await failureOf(own.post(text('x'), nowhere))).toMatchObject({ kind: 'undeliverable', code: '10003' });
  });
});

test('one channel’s limit keeps nobody else waiting, and is not tried against', async () => {
  const [slow, other] = await Promise.all([asked(), asked()]);
  const own = platform();
  peer.faults.next({
    method: 'POST',
    path: new RegExp(slow.channel),
    fault: { kind: 'rateLimited', scope: 'shared', retryAfterSeconds: 60 },
  });
  expect(await failureOf(own.post(text('하나'), slow))).toMatchObject({ kind: 'rateLimited' });
  const before = peer.ledger.requests.length;
  const again = await Promise.all([1, 2, 3].map(() => failureOf(own.post(text('하나'), slow))));
  expect(again.every((failure) => failure instanceof ProviderFailure && failure.kind === 'rateLimited')).toBe(true);
  expect(peer.ledger.requests.length).toBe(before);
  const started = Date.now();
  await own.post(text('둘'), other);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('a refused token is asked about once a minute, whoever wants to send, and the operator reads why', async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => asked()));
  const own = platform({ token: 'refused' });
  const before = peer.ledger.requests.length;
  expect(await failureOf(own.post(text('하나'), people[0]!))).toMatchObject({ kind: 'unauthorized', status: 401 });
  for (const person of people) {
    expect(await failureOf(own.post(text('하나'), person))).toMatchObject({ kind: 'unauthorized' });
  }
  expect(peer.ledger.requests.length - before).toBe(1);
  expect(own.logged.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', text: expect.stringContaining('DISCORD_TOKEN') },
  ]);
});

test('an edit that meets a fault changes nothing or everything', async () => {
  const { channel, replyTo, nonce } = await asked();
  const own = platform({ timeoutMs: 1_000 });
  const messageId = await own.post(text('하나'), { channel, replyTo, nonce });
  peer.faults.next({ ...EDIT, fault: { kind: 'internal' } });
  expect(await failureOf(own.edit(text('둘'), { channel, messageId }))).toMatchObject({ kind: 'unavailable' });
  expect(peer.ledger.message(messageId)?.content).toBe('하나');
  peer.faults.next({ ...EDIT, fault: { kind: 'lostAnswer' } });
  expect(await failureOf(own.edit(text('셋'), { channel, messageId }))).toMatchObject({ kind: 'unavailable' });
  await own.edit(text('셋'), { channel, messageId });
  expect(peer.ledger.message(messageId)?.content).toBe('셋');
});
