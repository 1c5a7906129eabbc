import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sweepRequests } from '../../src/connections/sweep-requests.ts';
import type { RequestView } from '../../src/ports/requests.ts';
import { replyChanged } from '../../workflows/messages.ts';
import { askInDiscord, newDiscordUser, repliesOver, type DiscordUser } from '../activities/support/discord-requests.ts';
import type { Fault, PlannedFault } from '../support/discord/faults.ts';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

const CREATE = { method: 'POST', path: /\/messages$/ };
const EDIT = { method: 'PATCH', path: /\/messages\/\d+$/ };
/** Generous: the machine may be busy, and retries take their pauses. */
const PATIENCE_MS = 45_000;

let peer: DiscordPeer;
let panager: Panager;
let close: () => void;
beforeAll(async () => {
  silenceTemporal();
  peer = await startDiscordPeer();
  // A call of Discord is given up soon.
  panager = await startPanager({}, undefined, (heart) => {
    const { replies, close: closeRest } = repliesOver(heart, peer, { sendMs: 3_000 }, 1_500);
    close = closeRest;
    return { replies };
  });
}, 120_000);
afterAll(async () => {
  await panager.close();
  close();
  await peer.stop();
}, 60_000);
afterEach(async () => {
  const unmet = peer.faults.left();
  peer.faults.clear();
  expect(unmet).toBe(0);
  expect(peer.ledger.violations()).toEqual([]);
  await panager.forgetConnections();
});

async function ask(user: DiscordUser, text?: string): Promise<string> {
  const { requestId } = await askInDiscord(panager.heart, peer, user, text);
  panager.poke();
  return requestId;
}

const someone = () => newDiscordUser(panager.heart, peer);
const seen = ({ person }: DiscordUser) => peer.ledger.fromBot(person.channelId);
const textsOf = (user: DiscordUser) => seen(user).map(({ content }) => content);
/** How the workflow ended; its start may still be in the outbox. */
async function finished(requestId: string): Promise<unknown> {
  const handle = panager.handle(requestId);
  await until('the workflow is there', () => handle.describe().catch(() => null));
  return handle.result();
}

/** Waits until the person reads a message like this. */
const reads = (user: DiscordUser, words: RegExp) =>
  until(
    `a message like ${words}`,
    async () => seen(user).find(({ content }) => words.test(content)) ?? null,
    PATIENCE_MS,
  );

/** What a person does with the link of their prompt. */
async function connect(user: DiscordUser): Promise<void> {
  const prompt = await reads(user, /연결이 필요합니다|허용하지 않으셨습니다/);
  const publicId = /connect\/([\w-]+)/.exec(JSON.stringify(prompt.components))?.[1] ?? '';
  expect(await panager.connect(user.userId, publicId)).toMatchObject({ kind: 'connected' });
}

async function eventsOf(requestId: string) {
  return (await panager.handle(requestId).fetchHistory()).events ?? [];
}

async function scheduled(requestId: string, activity: string): Promise<number> {
  const events = await eventsOf(requestId);
  return events.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity).length;
}

test('what needs no account is one message, from thinking to the answer', async () => {
  const user = await someone();
  const requestId = await ask(user, '안녕하세요');
  expect(await finished(requestId)).toBe('done');
  const [message, ...more] = seen(user);
  expect(more).toEqual([]);
  expect(message?.content).toContain('오프라인 도우미');
  expect(message?.versions.length).toBeLessThanOrEqual(3);
}, 60_000);

test('the prompt becomes the answer in the same message, and a new message says so', async () => {
  const user = await someone();
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  await connect(user);
  expect(await finished(requestId)).toBe('done');
  const [answer, notice, ...more] = seen(user);
  expect(more).toEqual([]);
  expect(answer).toMatchObject({
    id: prompt.id,
    components: [],
    content: expect.stringContaining('minji@example.com'),
  });
  expect(answer?.content).toMatch(/-# 사용한 계정: `minji@example.com`/);
  expect(notice).toMatchObject({ repliesTo: answer?.id, content: expect.stringContaining('답이 왔습니다') });
}, 60_000);

test('the workflow and its message go on where they were when every process was away', async () => {
  const user = await someone();
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  await panager.stopWorker();
  await connect(user);
  await panager.startWorker();
  expect(await finished(requestId)).toBe('done');
  expect(seen(user)[0]?.id).toBe(prompt.id);
  expect(seen(user)).toHaveLength(2);
}, 90_000);

test('who stops a waiting request reads that it stopped, in the same message and without a button', async () => {
  const user = await someone();
  const requestId = await ask(user);
  await reads(user, /Google 연결이 필요합니다/);
  await panager.heart.consent.cancel(requestId, user.userId);
  panager.poke();
  expect(await finished(requestId)).toBe('cancelled');
  expect(seen(user)).toMatchObject([{ content: expect.stringContaining('그만두었습니다'), components: [] }]);
}, 60_000);

test('a denial offers the choice, and going on without answers', async () => {
  const user = await someone();
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  const publicId = /connect\/([\w-]+)/.exec(JSON.stringify(prompt.components))?.[1] ?? '';
  await panager.heart.consent.decline(publicId, user.userId);
  panager.poke();
  const choice = await reads(user, /허용하지 않으셨습니다/);
  const [, flowId = ''] = new RegExp(`skip:${requestId}:([\\w-]+)`).exec(JSON.stringify(choice.components)) ?? [];
  await panager.heart.consent.choose({ requestId, userId: user.userId, flowId, choice: 'skip' });
  panager.poke();
  expect(await finished(requestId)).toBe('done');
  expect(textsOf(user)[0]).toContain('연결하지 않고 넘어갔기 때문에');
}, 60_000);

test('what passes the workflow by reaches the message: somebody else opened the link', async () => {
  const [user, stranger] = [await someone(), await someone()];
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  const publicId = /connect\/([\w-]+)/.exec(JSON.stringify(prompt.components))?.[1] ?? '';
  await panager.heart.consent.reportStranger(publicId, stranger.userId);
  panager.poke();
  expect((await reads(user, /다른 사람이 이 링크를 열었지만/)).id).toBe(prompt.id);
  expect(await scheduled(requestId, 'callTool')).toBe(1);
  await panager.heart.consent.cancel(requestId, user.userId);
  panager.poke();
  await finished(requestId);
}, 60_000);

test('many changes are few edits', async () => {
  const user = await someone();
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  const [editsBefore, shownBefore] = [prompt.versions.length, await scheduled(requestId, 'showReply')];
  const started = Date.now();
  for (let change = 0; change < 40; change++) {
    // Each changes what the message says.
    await panager.heart.pools.owner.query(
      `UPDATE flow SET stranger_at = CASE WHEN stranger_at IS NULL THEN now() END WHERE user_id = $1`,
      [user.userId],
    );
    await panager.handle(requestId).signal(replyChanged, { eventId: `change-${change}` });
  }
  await panager.heart.pools.owner.query('UPDATE flow SET stranger_at = now() WHERE user_id = $1', [user.userId]);
  await panager.handle(requestId).signal(replyChanged, { eventId: 'last' });
  await until(
    'the last change is shown',
    async () => (/다른 사람/.test(textsOf(user)[0] ?? '') ? true : null),
    PATIENCE_MS,
  );
  const seconds = (Date.now() - started) / 1000;
  expect(prompt.versions.length - editsBefore).toBeLessThanOrEqual(seconds + 2);
  expect((await scheduled(requestId, 'showReply')) - shownBefore).toBeLessThan(20);
  // The same event again is no change.
  const settled = await scheduled(requestId, 'showReply');
  await panager.handle(requestId).signal(replyChanged, { eventId: 'last' });
  await panager.heart.consent.cancel(requestId, user.userId);
  panager.poke();
  await finished(requestId);
  expect((await scheduled(requestId, 'showReply')) - settled).toBeLessThanOrEqual(2);
}, 90_000);

test('a request that nobody connects for ends with its time, and says so in a new message', async () => {
  const user = await someone();
  const requestId = await ask(user);
  await reads(user, /Google 연결이 필요합니다/);
  await panager.heart.pools.owner.query(`UPDATE waiter SET deadline = now() WHERE request_id = $1`, [requestId]);
  await panager.handle(requestId).signal('choiceMade', { flowId: requestId, choice: 'snooze', eventId: 'look' });
  expect(await finished(requestId)).toBe('expired');
  expect(textsOf(user)).toEqual([expect.stringContaining('기한 안에'), expect.stringContaining('기한이 지나')]);
}, 60_000);

test('shortly before its time a request reminds once, and a day more is a choice', async () => {
  const user = await someone();
  const requestId = await ask(user);
  const prompt = await reads(user, /Google 연결이 필요합니다/);
  const look = (eventId: string) => panager.handle(requestId).signal(replyChanged, { eventId });
  await panager.heart.pools.owner.query(
    `UPDATE waiter SET deadline = now() + interval '59 minutes' WHERE request_id = $1`,
    [requestId],
  );
  await look('sooner');
  expect(await reads(user, /연결을 기다리고 있습니다/)).toMatchObject({ repliesTo: prompt.id });
  const offers = async () => (JSON.stringify(prompt.components).includes('snooze:') ? true : null);
  await until('a day more is offered', offers, PATIENCE_MS);
  await look('again');
  await panager.heart.consent.cancel(requestId, user.userId);
  panager.poke();
  expect(await finished(requestId)).toBe('cancelled');
  expect(seen(user)).toHaveLength(2);
}, 60_000);

describe('I2: one visible message, no lost answer, whatever Discord does', () => {
  const faults: [string, PlannedFault[]][] = [
    [
      '429 of the channel',
      [{ ...CREATE, fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 2 }, times: 2 }],
    ],
    ['429 shared', [{ ...CREATE, fault: { kind: 'rateLimited', scope: 'shared', retryAfterSeconds: 2 }, times: 2 }]],
    ['429 global', [{ ...CREATE, fault: { kind: 'rateLimited', scope: 'global', retryAfterSeconds: 2 } }]],
    [
      'a short 429, which is waited for on the spot',
      [{ ...CREATE, fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 0.3 } }],
    ],
    ['401', [{ ...CREATE, fault: { kind: 'unauthorized' }, times: 2 }]],
    ['500', [{ ...CREATE, fault: { kind: 'internal' }, times: 2 }]],
    ['502', [{ ...CREATE, fault: { kind: 'internal', status: 502 } }]],
    ['an answer lost after the create', [{ ...CREATE, fault: { kind: 'lostAnswer' } }]],
    ['silence', [{ ...CREATE, fault: { kind: 'hang' } }]],
    ['silence after the create', [{ ...CREATE, fault: { kind: 'hangAfter' } }]],
    ['a slow create', [{ ...CREATE, fault: { kind: 'delay', ms: 1_000 } }]],
  ];
  test.each(faults)(
    '%s',
    async (_, planned) => {
      const user = await someone();
      const own = (plan: PlannedFault): PlannedFault => ({ ...plan, path: new RegExp(user.person.channelId) });
      planned.forEach((plan) => peer.faults.next(own(plan)));
      const invalidBefore = peer.ledger.invalidRequests();
      const requestId = await ask(user, '안녕하세요');
      expect(await finished(requestId)).toBe('done');
      const [message, ...more] = seen(user);
      expect(more).toEqual([]);
      expect(message?.content).toContain('오프라인 도우미');
      expect(peer.ledger.invalidRequests() - invalidBefore).toBeLessThanOrEqual(3);
    },
    90_000,
  );

  const atTheEnd: [string, PlannedFault[]][] = [
    ['429 at the answer', [{ ...EDIT, fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 2 }, times: 2 }]],
    ['500 at the answer', [{ ...EDIT, fault: { kind: 'internal' }, times: 2 }]],
    ['an answer lost at the answer', [{ ...EDIT, fault: { kind: 'lostAnswer' } }]],
    ['silence at the answer', [{ ...EDIT, fault: { kind: 'hangAfter' } }]],
  ];
  test.each(atTheEnd)(
    '%s',
    async (_, planned) => {
      const user = await someone();
      const requestId = await ask(user);
      const prompt = await reads(user, /Google 연결이 필요합니다/);
      planned.forEach((plan) => peer.faults.next({ ...plan, path: new RegExp(user.person.channelId) }));
      await panager.heart.consent.cancel(requestId, user.userId);
      panager.poke();
      expect(await finished(requestId)).toBe('cancelled');
      expect(seen(user)).toMatchObject([
        { id: prompt.id, content: expect.stringContaining('그만두었습니다'), components: [] },
      ]);
    },
    90_000,
  );

  const closed: [string, Fault, string][] = [
    ['closed messages (50007)', { kind: 'dmsClosed' }, '50007'],
    ['403', { kind: 'forbidden' }, '50001'],
  ];
  test.each(closed)(
    '%s: the request goes on, its answer is on the web page, the workflow ends',
    async (_, fault, code) => {
      const user = await someone();
      peer.faults.next({ method: 'POST', path: new RegExp(user.person.channelId), fault, times: 2 });
      const requestId = await ask(user);
      const { waitingFor } = await panager.reaches(user.userId, requestId, 'waiting');
      await panager.connect(user.userId, waitingFor[0]?.publicId ?? '');
      expect(await finished(requestId)).toBe('done');
      expect(seen(user)).toEqual([]);
      const view: RequestView = await panager.view(user.userId, requestId);
      expect(view.answer).toContain('minji@example.com');
      const { rows } = await panager.heart.pools.owner.query(
        'SELECT undeliverable, delivered_at FROM reply WHERE request_id = $1',
        [requestId],
      );
      expect(rows).toEqual([{ undeliverable: code, delivered_at: null }]);
      expect(peer.ledger.requestsTo('POST', new RegExp(user.person.channelId))).toHaveLength(2);
    },
    90_000,
  );

  test('one person’s limit delays nobody else', async () => {
    const [limited, other] = [await someone(), await someone()];
    peer.faults.next({
      ...CREATE,
      path: new RegExp(limited.person.channelId),
      fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 8 },
    });
    const started = Date.now();
    const slow = await ask(limited, '안녕하세요');
    await until('the limit was met', async () => (peer.faults.left() === 0 ? true : null));
    const quick = await ask(other, '안녕하세요');
    await finished(quick);
    expect(seen(limited)).toEqual([]);
    expect(await finished(slow)).toBe('done');
    expect(Date.now() - started).toBeGreaterThan(7_000);
    expect(seen(limited)).toHaveLength(1);
  }, 90_000);

  test('Discord away for a while: everybody is answered once', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, someone));
    const asked = await Promise.all(users.map((user) => ask(user, '안녕하세요')));
    peer.loseNetwork();
    await until(
      'every story has been told',
      async () => {
        const views = await Promise.all(asked.map((id, index) => panager.view(users[index]!.userId, id)));
        return views.every(({ finishedAt }) => finishedAt !== null) ? true : null;
      },
      PATIENCE_MS,
    );
    peer.restoreNetwork();
    expect(await Promise.all(asked.map(finished))).toEqual(asked.map(() => 'done'));
    for (const user of users) expect(textsOf(user)).toEqual([expect.stringContaining('오프라인 도우미')]);
  }, 120_000);
});

test('histories hold ids, enums and times: nothing of what was asked, said or linked', async () => {
  const user = await someone();
  const requestId = await ask(user);
  await connect(user);
  await finished(requestId);
  const events = await eventsOf(requestId);
  const payloads = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  expect(payloads).toContain('showReply');
  expect(payloads).not.toMatch(/일정|연결|connect\/|minji|panager\.example/);
  expect(payloads).not.toContain(user.person.channelId);
}, 60_000);

test('a request from the web has nothing of a reply in its history', async () => {
  const user = await someone();
  const requestId = await panager.ask(user.userId, '안녕하세요');
  await panager.reaches(user.userId, requestId, 'done');
  await finished(requestId);
  for (const activity of ['showReply', 'deliverReply']) expect(await scheduled(requestId, activity)).toBe(0);
  expect(seen(user)).toEqual([]);
}, 60_000);

test('a request whose workflow somebody terminated is told to be over in its own message, by the sweep', async () => {
  const user = await someone();
  const requestId = await ask(user);
  await reads(user, /연결이 필요합니다/);
  await panager.handle(requestId).terminate('by an operator');
  await connect(user);
  await until('the sweep has ended it', async () => {
    await sweepRequests(panager.heart, () => undefined);
    panager.poke();
    const { rows } = await panager.heart.pools.owner.query(
      'SELECT 1 FROM request WHERE id = $1 AND ended_at IS NOT NULL',
      [requestId],
    );
    return rows.length > 0 ? true : null;
  });
  await reads(user, /답을 만들지 못했습니다/);
  await finished(requestId);
  expect(JSON.stringify(seen(user)[0]?.components ?? [])).not.toContain('connect/');
  expect(textsOf(user).join()).not.toMatch(/연결이 필요합니다/);
});
