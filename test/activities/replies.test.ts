import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import { endRequest } from '../../src/connections/end-request.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import type { RequestOutcome } from '../../src/domain/words.ts';
import { ReplyRefused, type MessagePlatform } from '../../src/ports/replies.ts';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';
import { newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { activitiesOf, runAs } from './support/activities.ts';
import {
  askInDiscord,
  chooseCall,
  newDiscordUser,
  PUBLIC_URL,
  repliesOver,
  type DiscordUser,
} from './support/discord-requests.ts';

const CREATE = { method: 'POST', path: /\/messages$/ };
const EDIT = { method: 'PATCH', path: /\/messages\/\d+$/ };

let heart: Heart;
let peer: DiscordPeer;
const closing: (() => void)[] = [];
beforeAll(async () => {
  [heart, peer] = await Promise.all([startHeart(), startDiscordPeer()]);
}, 90_000);
afterAll(async () => {
  closing.forEach((close) => close());
  await Promise.all([heart.close(), peer.stop()]);
});
afterEach(() => {
  const unmet = peer.faults.left();
  peer.faults.clear();
  expect(unmet).toBe(0);
  expect(peer.ledger.violations()).toEqual([]);
});

/** The activities of a process of its own, as the workflow of any request calls them. */
function orchestrator(
  options: Partial<Parameters<typeof repliesOver>[2]> = {},
  wrap = (platform: MessagePlatform) => platform,
) {
  const { replies, close } = repliesOver(heart, peer, options, 1_500);
  closing.push(close);
  const { activities, unexpected } = activitiesOf(heart, { replies: { ...replies, platform: wrap(replies.platform) } });
  const as = <T>(requestId: string, work: () => Promise<T>) => runAs(`request-${requestId}`, work);
  return {
    unexpected,
    show: (requestId: string, slow = false) => as(requestId, () => activities.showReply({ requestId, slow })),
    deliver: (requestId: string) => as(requestId, () => activities.deliverReply({ requestId })),
    remind: (requestId: string) => as(requestId, () => activities.remind({ requestId })),
  };
}

async function asked(text?: string, language: 'ko' | 'en' = 'ko') {
  const user = await newDiscordUser(heart, peer, language);
  const { requestId, askedId } = await askInDiscord(heart, peer, user, text, language);
  return { user, requestId, askedId, seen: seenBy(user) };
}

/** What this person sees of us. */
function seenBy({ person }: DiscordUser) {
  const mine = () => peer.ledger.fromBot(person.channelId);
  return {
    all: mine,
    texts: () => mine().map(({ content }) => content),
    only() {
      const [message, ...more] = mine();
      expect(more).toEqual([]);
      return message!;
    },
    requests: (method: string) => peer.ledger.requestsTo(method, new RegExp(`/${person.channelId}/`)).length,
  };
}

const buttonsOf = (message: { components: readonly unknown[] }) =>
  (message.components as { components: { label: string; url?: string; custom_id?: string }[] }[]).map(
    ({ components }) => components.map(({ label }) => label),
  );

const end = (requestId: string, answer = '답입니다.', outcome: RequestOutcome = 'done') =>
  endRequest(heart.store, requestId, { outcome, answer, ifCancelled: '그만두었습니다.' });

async function waiting(text?: string, language?: 'ko' | 'en') {
  const made = await asked(text, language);
  const [call] = await chooseCall(heart, made.requestId);
  const decision = await enterCall(heart.store, call!);
  if (decision.kind !== 'parked') throw new Error('the call did not wait');
  return { ...made, call: call!, flowId: decision.flowId };
}

const replyRow = async (requestId: string) =>
  (
    await heart.pools.owner.query<{ undeliverable: string | null; delivered: boolean }>(
      'SELECT undeliverable, delivered_at IS NOT NULL AS delivered FROM reply WHERE request_id = $1',
      [requestId],
    )
  ).rows[0];

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as ApplicationFailure,
  );

describe('one message through the life of a request', () => {
  test('it is posted at once as an answer to the person, and edited to what goes on', async () => {
    const { requestId, askedId, seen } = await asked();
    const { show } = orchestrator();
    expect(await show(requestId)).toEqual({ deliverable: true, waits: false, remindAt: null });
    expect(seen.only()).toMatchObject({ content: '생각하는 중입니다.', repliesTo: askedId, components: [] });
    await chooseCall(heart, requestId);
    await show(requestId);
    expect(seen.only()).toMatchObject({ content: '일정을 확인하는 중입니다.' });
  });

  test('nothing is sent when nothing has changed', async () => {
    const { requestId, seen } = await asked();
    const { show } = orchestrator();
    await show(requestId);
    await show(requestId);
    await show(requestId);
    expect([seen.requests('POST'), seen.requests('PATCH')]).toEqual([1, 0]);
  });

  test('where it takes long, the person reads that nothing is asked of them, and may stop', async () => {
    const { requestId, seen } = await asked();
    const { show } = orchestrator();
    await chooseCall(heart, requestId);
    await show(requestId, true);
    expect(seen.only().content).toBe(
      '일정을 확인하는 중입니다.\n지금 서비스가 응답하지 않고 있습니다. 계속 다시 시도하고 있으니 따로 하실 일은 없습니다.',
    );
    expect(buttonsOf(seen.only())).toEqual([['그만두기']]);
    await show(requestId, false);
    expect(seen.only().components).toEqual([]);
  });

  test('waiting, it says why, for what, until when, with the link and every way on', async () => {
    const { requestId, flowId, seen } = await waiting();
    const { show } = orchestrator();
    const shown = await show(requestId);
    expect(shown.waits).toBe(true);
    const message = seen.only();
    expect(message.content).toMatch(
      /^\*\*Google 연결이 필요합니다\*\*\n아직 연결된 계정이 없습니다.\n필요한 권한: 캘린더 일정 보기 \(바꾸지는 않음\)\n연결하면 멈춘 곳에서 이어서 답합니다.\n연결이 없으면 <t:\d+:R> 요청을 마칩니다.$/,
    );
    expect(buttonsOf(message)).toEqual([['Google 연결', '없이 계속', '그만두기']]);
    const text = JSON.stringify(message.components);
    expect(text).toContain(`skip:${requestId}:${flowId}`);
    expect(text).toContain(`cancel:${requestId}`);
    expect(text).toMatch(new RegExp(`${PUBLIC_URL}/connect/[\\w-]{22}"`));
  });

  test('in English for whoever writes English', async () => {
    const { requestId, seen } = await waiting('What is on this week?', 'en');
    await orchestrator().show(requestId);
    expect(seen.only().content).toMatch(/^\*\*This needs your Google account\*\*\n/);
    expect(buttonsOf(seen.only())).toEqual([['Connect Google', 'Go on without it', 'Stop']]);
  });

  test('all waiting requests of a person show the same link, and say how many it wakes', async () => {
    const { requestId, seen, user } = await waiting();
    const second = await askInDiscord(heart, peer, user);
    const [call] = await chooseCall(heart, second.requestId);
    await enterCall(heart.store, call!);
    const { show } = orchestrator();
    await show(requestId);
    await show(second.requestId);
    const links = seen.all().map((message) => /connect\/[\w-]+/.exec(JSON.stringify(message.components))?.[0]);
    expect(links).toHaveLength(2);
    expect(new Set(links).size).toBe(1);
    expect(seen.texts()[1]).toContain('기다리는 요청 2개에 모두 이어서 답합니다.');
  });

  test('after a denial it offers the choice, and says when a stranger opened the link', async () => {
    const { requestId, seen, user } = await waiting();
    const { show } = orchestrator();
    await show(requestId);
    const publicId = /connect\/([\w-]+)/.exec(JSON.stringify(seen.only().components))?.[1] ?? '';
    const stranger = await newDiscordUser(heart, peer);
    await heart.consent.reportStranger(publicId, stranger.userId);
    await show(requestId);
    expect(seen.only().content).toContain('다른 사람이 이 링크를 열었지만 아무것도 할 수 없었습니다.');
    await heart.consent.decline(publicId, user.userId);
    await show(requestId);
    expect(seen.only().content).toMatch(/^\*\*Google 연결을 허용하지 않으셨습니다\*\*\n.*어떻게 할까요\?/);
    expect(buttonsOf(seen.only())).toEqual([['다시 연결', '없이 계속', '그만두기']]);
  });
});

describe('the end', () => {
  test('the answer takes the place of the prompt, without a button, and a new message points to it', async () => {
    const { requestId, seen } = await waiting();
    const { show, deliver } = orchestrator();
    await show(requestId);
    await end(requestId);
    expect(await deliver(requestId)).toEqual({ delivered: true });
    const [answer, notice, ...more] = seen.all();
    expect(answer).toMatchObject({ content: '답입니다.', components: [] });
    expect(notice).toMatchObject({
      content: expect.stringContaining('답이 왔습니다'),
      repliesTo: answer?.id,
      components: [],
    });
    expect(more).toEqual([]);
    // Delivered again, by a retry or by two processes at once.
    await deliver(requestId);
    expect(await show(requestId)).toMatchObject({ waits: false });
    expect(seen.all()).toHaveLength(2);
  });

  test('who did not wait is not told twice', async () => {
    const { requestId, seen } = await asked();
    const { show, deliver } = orchestrator();
    await show(requestId);
    await end(requestId);
    await deliver(requestId);
    expect(seen.only()).toMatchObject({ content: '답입니다.' });
  });

  test('who waited for over a minute is told', async () => {
    const { requestId, seen } = await asked();
    await heart.pools.owner.query(`UPDATE request SET created_at = now() - interval '61 seconds' WHERE id = $1`, [
      requestId,
    ]);
    await end(requestId);
    await orchestrator().deliver(requestId);
    expect(seen.all()).toHaveLength(2);
  });

  test('who stopped it themselves is told no more than that', async () => {
    const { requestId, seen, user } = await waiting();
    const { show, deliver } = orchestrator();
    await show(requestId);
    await heart.consent.cancel(requestId, user.userId);
    await end(requestId);
    await deliver(requestId);
    expect(seen.only()).toMatchObject({ content: '그만두었습니다.', components: [] });
  });

  test.each<[RequestOutcome, RegExp]>([
    ['failed', /끝내지 못했습니다/],
    ['expired', /기한이 지나/],
  ])('a request that %s says so in a new message too', async (outcome, words) => {
    const { requestId, seen } = await waiting();
    await end(requestId, '이러이러해서 끝났습니다.', outcome);
    await orchestrator().deliver(requestId);
    expect(seen.texts()).toEqual(['이러이러해서 끝났습니다.', expect.stringMatching(words)]);
  });

  test('a long answer is several messages in order, the last one naming the account', async () => {
    const { requestId, seen } = await asked();
    const [call] = await chooseCall(heart, requestId);
    await heart.store.transact({ userId: call!.userId, providers: [], requestId }, async (tx) => {
      await tx.enterCall(call!);
      await tx.saveResult(call!, { account: 'min`ji@example.com', events: [] });
    });
    const lines = Array.from({ length: 400 }, (_, index) => `• ${index}번째 일정`);
    await end(requestId, lines.join('\n'));
    await orchestrator().deliver(requestId);
    const texts = seen.texts();
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.every((text) => text.length <= 2_000)).toBe(true);
    const told = texts
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('•'));
    expect(told).toEqual(lines);
    expect(texts.at(-1)).toMatch(
      /\n\n-# 사용한 계정: `min'ji@example.com`. 본인 계정이 아니면 \/accounts에서 연결을 끊어 주세요.$/,
    );
    const [first, second, third] = seen.all();
    expect([second?.repliesTo, third?.repliesTo]).toEqual([first?.id, second?.id]);
  });

  test('an answer without end is cut, with the way to all of it', async () => {
    const { requestId, seen } = await asked();
    await end(requestId, '가나다 '.repeat(10_000));
    await orchestrator().deliver(requestId);
    expect(seen.all()).toHaveLength(5);
    expect(seen.texts().at(-1)).toMatch(/전체는 웹 화면에 있습니다.$/);
    expect(JSON.stringify(seen.all().at(-1)?.components)).toContain(`${PUBLIC_URL}/?request=${requestId}`);
  });

  test('what an injected text composed is inert; what the person typed stays', async () => {
    const { requestId, seen } = await asked('https://example.org/typed 요약해줘');
    await end(requestId, '@everyone https://example.org/typed [눌러](https://evil.example/?q=secret) \u202eabc <@123>');
    await orchestrator().deliver(requestId);
    const { content } = seen.only();
    expect(content).toContain('https://example.org/typed');
    expect(content).not.toMatch(/https:\/\/evil|\]\(|@everyone|<@|\u202e/);
    expect(content).toContain('evil[.]example');
  });

  test('an end that is not in the rows yet is not told', async () => {
    const { requestId } = await asked();
    expect(await failureOf(orchestrator().deliver(requestId))).toMatchObject({ type: 'requestNotEnded' });
  });
});

describe('approvals', () => {
  const event = {
    title: '회의 @everyone',
    start: { date: '2026-12-01', time: '15:00' },
    durationMinutes: 60,
    timeZone: 'Asia/Seoul',
  };

  async function asking(args: object[]) {
    const user = await newDiscordUser(heart, peer);
    const { requestId } = await askInDiscord(heart, peer, user, '회의 잡아줘');
    const calls = await chooseCall(
      heart,
      requestId,
      args.map((each) => ({ tool: 'calendar_create_event', writes: true, arguments: each })),
    );
    for (const { callId } of calls) await addApproval(requestId, callId);
    return { user, requestId, calls, seen: seenBy(user) };
  }

  async function addApproval(requestId: string, callId: string): Promise<string> {
    const id = randomUUID();
    const call = (await heart.store.findCall(requestId, callId))!;
    await heart.store.transact({ userId: call.userId, providers: [], requestId }, async (tx) => {
      await tx.createApproval({
        ...{ id, requestId, callId, userId: call.userId, reason: 'staleWrite', status: 'pending' },
        preview: JSON.stringify({ tool: call.tool, arguments: call.arguments }, null, 2),
        expiresAt: new Date(Date.now() + 900_000),
        deadline: new Date(Date.now() + 86_400_000),
      });
      tx.changed('request', requestId);
    });
    return id;
  }

  test('the whole preview is shown, in words and to the letter, and a new message says so once', async () => {
    const { requestId, calls, seen } = await asking([{ ...event, location: 'x\u202ey (본관)' }]);
    const { show } = orchestrator();
    expect(await show(requestId)).toMatchObject({ waits: true });
    const [message, notice, ...more] = seen.all();
    expect(message?.content).toContain('**일정 만들기: 실행할까요?**');
    expect(message?.content).toContain(
      '• 제목: 회의 @\u200beveryone\n• 시간: 2026년 12월 1일 (화) 15:00–16:00\n• 장소: x\\\\u{202e}y \\(본관\\)\n',
    );
    expect(message?.content).toContain('"durationMinutes": 60');
    expect(message?.content).toContain('x\\u{202e}y');
    expect(message?.content).not.toMatch(/\u202e|@everyone/);
    expect(message?.content.split('```')).toHaveLength(3);
    expect(buttonsOf(message!)).toEqual([['실행', '하지 않기', '그만두기']]);
    expect(notice).toMatchObject({ content: expect.stringContaining('확인이 필요합니다'), repliesTo: message?.id });
    expect(more).toEqual([]);

    // The preview is made anew: it is the same question.
    await heart.pools.owner.query(`UPDATE approval SET status = 'replaced' WHERE request_id = $1`, [requestId]);
    const renewed = await addApproval(requestId, calls[0]!.callId);
    await show(requestId);
    expect(seen.all()).toHaveLength(2);
    expect(JSON.stringify(seen.all()[0]?.components)).toContain(`approve:${renewed}`);
  });

  test('several have numbers, and one button for all', async () => {
    const { requestId, seen } = await asking([event, { ...event, title: '점심' }]);
    await orchestrator().show(requestId);
    const [message] = seen.all();
    expect(message?.content).toMatch(/\*\*1\. 일정 만들기[^]*\*\*2\. 일정 만들기/);
    expect(buttonsOf(message!)).toEqual([
      ['1. 실행', '1. 하지 않기'],
      ['2. 실행', '2. 하지 않기'],
      ['2개 모두 실행'],
      ['그만두기'],
    ]);
  });

  test('what does not fit is decided on the web page, where all of it is shown', async () => {
    const { requestId, seen } = await asking([{ ...event, location: '긴 '.repeat(900) }]);
    await orchestrator().show(requestId);
    const [message] = seen.all();
    expect(message?.content.length).toBeLessThanOrEqual(2_000);
    expect(message?.content).toContain('웹 화면에서 모두 확인하고 골라 주세요.');
    expect(buttonsOf(message!)).toEqual([['웹에서 보기', '그만두기']]);
    expect(JSON.stringify(message?.components)).not.toMatch(/approve|deny/);
  });

  test('a request that was stopped just before asks for nothing any more', async () => {
    const { user, requestId, seen } = await asking([event]);
    await heart.consent.cancel(requestId, user.userId);
    await orchestrator().show(requestId);
    expect(seen.all()).toHaveLength(1);
    expect(seen.only().content).not.toMatch(/확인|골라/);
  });

  test('whoever was asked is told of the answer', async () => {
    const { requestId, seen } = await asking([event]);
    await heart.pools.owner.query(`UPDATE approval SET status = 'approved' WHERE request_id = $1`, [requestId]);
    await end(requestId);
    await orchestrator().deliver(requestId);
    expect(seen.texts()).toEqual(['답입니다.', expect.stringContaining('답이 왔습니다')]);
  });
});

describe('reminders', () => {
  const dueIn = (requestId: string, seconds: number) =>
    heart.pools.owner.query(`UPDATE waiter SET deadline = now() + make_interval(secs => $2) WHERE request_id = $1`, [
      requestId,
      seconds,
    ]);

  test('one new message an hour before time is up, with the link; then the prompt offers a day more', async () => {
    const { requestId, seen, user, flowId } = await waiting();
    const { show, remind, deliver } = orchestrator();
    const { remindAt } = await show(requestId);
    expect(remindAt).toBeGreaterThan(Date.now() + 22 * 3_600_000);
    // Too early: nothing happens.
    expect(await remind(requestId)).toMatchObject({ remindAt });
    expect(seen.all()).toHaveLength(1);

    await dueIn(requestId, 3_500);
    expect(await remind(requestId)).toEqual({ deliverable: true, waits: true, remindAt: null });
    expect(await remind(requestId)).toMatchObject({ remindAt: null });
    expect(await show(requestId)).toMatchObject({ waits: true, remindAt: null });
    const [prompt, reminder, ...more] = seen.all();
    expect(more).toEqual([]);
    expect(reminder).toMatchObject({ repliesTo: prompt?.id });
    expect(reminder?.content).toMatch(/Google 연결을 기다리고 있습니다. 연결이 없으면 <t:\d+:R> 요청을 마칩니다./);
    expect(buttonsOf(reminder!)).toEqual([['Google 연결']]);
    expect(buttonsOf(prompt!)).toEqual([['Google 연결', '없이 계속', '하루 더 기다리기', '그만두기']]);

    // A day more is a new deadline, with a reminder of its own.
    await heart.consent.choose({ requestId, userId: user.userId, flowId, choice: 'snooze' });
    expect((await show(requestId)).remindAt).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(buttonsOf(seen.all()[0]!)).toEqual([['Google 연결', '없이 계속', '그만두기']]);
    await dueIn(requestId, 3_500);
    // The deadline that was reminded of lies before this one only when time has passed: it does in a real day.
    await heart.pools.owner.query(`UPDATE reply SET reminded_for = now() WHERE request_id = $1`, [requestId]);
    await remind(requestId);
    expect(seen.all()).toHaveLength(3);
    await end(requestId);
    await deliver(requestId);
    expect(seen.all().filter(({ components }) => JSON.stringify(components).includes('custom_id'))).toEqual([]);
  });

  test('nobody is reminded of what has ended', async () => {
    const { requestId, seen } = await waiting();
    const { show, remind } = orchestrator();
    await show(requestId);
    await dueIn(requestId, 3_000);
    await end(requestId);
    await remind(requestId);
    expect(seen.all()).toHaveLength(1);
  });
});

describe('what Discord does to us', () => {
  test('a message that it does not take as it is is our own mistake: recorded, and an alarm', async () => {
    const { requestId } = await waiting();
    const { show, unexpected } = orchestrator({}, (platform) => ({
      ...platform,
      post: () => Promise.reject(new ReplyRefused('invalid', 50035)),
    }));
    expect(await show(requestId)).toMatchObject({ deliverable: false });
    expect(await replyRow(requestId)).toEqual({ undeliverable: '50035', delivered: false });
    expect(unexpected).toEqual([expect.objectContaining({ name: 'Alarm' })]);
  });

  test.each([
    ['dmsClosed', '50007'],
    ['forbidden', '50001'],
  ] as const)(
    '%s: recorded, tried once more at the end, and then the answer is on the web page',
    async (kind, code) => {
      const { requestId, seen } = await waiting();
      const { show, deliver } = orchestrator();
      peer.faults.next({ ...CREATE, fault: { kind } });
      expect(await show(requestId)).toMatchObject({ deliverable: false });
      expect(await show(requestId)).toMatchObject({ deliverable: false });
      expect(await replyRow(requestId)).toEqual({ undeliverable: code, delivered: false });
      await end(requestId);
      peer.faults.next({ ...CREATE, fault: { kind } });
      expect(await deliver(requestId)).toEqual({ delivered: false });
      expect(seen.requests('POST')).toBe(2);
      expect(seen.all()).toEqual([]);
      // Taking messages again, the person has the answer after all.
      expect(await deliver(requestId)).toEqual({ delivered: true });
      expect(await replyRow(requestId)).toEqual({ undeliverable: null, delivered: true });
    },
  );

  test('a channel that is gone is undeliverable', async () => {
    const { requestId } = await asked();
    await heart.pools.owner.query(
      `UPDATE conversation SET channel = '1234567890123456789' WHERE id = (SELECT conversation_id FROM request WHERE id = $1)`,
      [requestId],
    );
    expect(await orchestrator().show(requestId)).toMatchObject({ deliverable: false });
    expect(await replyRow(requestId)).toMatchObject({ undeliverable: '10003' });
  });

  test('a deleted message is posted anew, once', async () => {
    const { requestId, seen } = await asked();
    const { show, deliver } = orchestrator();
    await show(requestId);
    await remove(seen.only().id);
    await chooseCall(heart, requestId);
    await show(requestId);
    expect(seen.only()).toMatchObject({ content: '일정을 확인하는 중입니다.' });
    await remove(seen.only().id);
    await end(requestId);
    expect(await deliver(requestId)).toEqual({ delivered: false });
    expect(await replyRow(requestId)).toMatchObject({ undeliverable: '10008' });
    expect(seen.all()).toEqual([]);
  });

  async function remove(messageId: string): Promise<void> {
    const channelId = peer.ledger.message(messageId)!.channelId;
    const answer = await fetch(`${peer.apiUrl}/v10/channels/${channelId}/messages/${messageId}`, {
      method: 'DELETE',
      headers: { authorization: `Bot ${peer.token}` },
    });
    expect(answer.status).toBe(204);
  }

  test.each([
    ['an answer that was lost', { kind: 'lostAnswer' }],
    ['silence after the work', { kind: 'hangAfter' }],
    ['silence', { kind: 'hang' }],
    ['500', { kind: 'internal' }],
  ] as const)(
    '%s at the first message: one message with the newest words, whether or not the nonce is remembered',
    async (_, fault) => {
      for (const forgotten of [false, true]) {
        const { requestId, seen } = await asked();
        const { show } = orchestrator();
        peer.faults.next({ ...CREATE, fault });
        expect(await failureOf(show(requestId))).toMatchObject({
          type: expect.stringMatching(/^provider\.(unavailable|timeout)$/),
        });
        if (forgotten) peer.forgetNonces();
        await chooseCall(heart, requestId);
        await show(requestId);
        expect(seen.only()).toMatchObject({ content: '일정을 확인하는 중입니다.' });
      }
    },
  );

  test('answers lost at every message of the end: each of them is there once, in order', async () => {
    const { requestId, seen } = await waiting();
    const { show, deliver } = orchestrator();
    await show(requestId);
    await end(requestId, Array.from({ length: 300 }, (_, index) => `• ${index}번째 일정`).join('\n'));
    // The prompt becomes the answer, the second part, the notice.
    for (const match of [EDIT, CREATE, CREATE]) {
      peer.faults.next({ ...match, fault: { kind: 'lostAnswer' } });
      expect(await failureOf(deliver(requestId))).toMatchObject({ type: 'provider.unavailable' });
      peer.forgetNonces();
    }
    expect(await deliver(requestId)).toEqual({ delivered: true });
    const texts = seen.texts();
    expect(texts.at(-1)).toContain('답이 왔습니다');
    const told = texts.slice(0, -1).join('\n').split('\n');
    expect(told).toEqual(Array.from({ length: 300 }, (_, index) => `• ${index}번째 일정`));
  });

  test('a limit is obeyed: the failure says when to come back', async () => {
    const { requestId, seen } = await asked();
    peer.faults.next({ ...CREATE, fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 30 } });
    const failure = await failureOf(orchestrator().show(requestId));
    expect(failure).toMatchObject({ type: 'provider.rateLimited', nonRetryable: false });
    expect(Number(failure?.nextRetryDelay)).toBeGreaterThan(28_000);
    // Refused is not "perhaps": another process does not look for it first.
    await orchestrator().show(requestId);
    expect(seen.requests('GET')).toBe(0);
    expect(seen.all()).toHaveLength(1);
  });
});

describe('attempts that come late', () => {
  /** Lets a test decide when an edit leaves. */
  function gate() {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let reached: () => void = () => undefined;
    const atGate = new Promise<void>((resolve) => (reached = resolve));
    return { open, atGate, pass: () => (reached(), opened) };
  }

  test('while one may send, no other does', async () => {
    const { requestId } = await asked();
    await orchestrator().show(requestId);
    const door = gate();
    const slow = orchestrator({}, (platform) => ({
      ...platform,
      edit: async (...given) => (await door.pass(), platform.edit(...given)),
    }));
    await chooseCall(heart, requestId);
    const first = slow.show(requestId);
    await door.atGate;
    const other = await failureOf(orchestrator().show(requestId));
    expect(other).toMatchObject({ type: 'replyUnderWay', nonRetryable: false });
    door.open();
    await first;
    expect(await orchestrator().show(requestId)).toMatchObject({ deliverable: true });
  });

  test('a late edit never overwrites a newer one', async () => {
    const { requestId, seen } = await asked();
    await orchestrator().show(requestId);
    await chooseCall(heart, requestId);
    const door = gate();
    // It has read the rows and rendered them, and is frozen before it sends.
    const { replies, close } = repliesOver(heart, peer, { sendMs: 200 });
    closing.push(close);
    const { maySend } = replies.store;
    const frozen = activitiesOf(heart, {
      replies: {
        ...replies,
        store: { ...replies.store, maySend: async (...given) => (await door.pass(), maySend(...given)) },
      },
    });
    const late = failureOf(
      runAs(`request-${requestId}`, () => frozen.activities.showReply({ requestId, slow: false })),
    );
    await door.atGate;
    await end(requestId);
    const { deliver } = orchestrator();
    for (;;) {
      const failure = await failureOf(deliver(requestId));
      if (failure === null) break;
      expect(failure).toMatchObject({ type: 'replyUnderWay' });
    }
    expect(seen.only().content).toBe('답입니다.');
    door.open();
    expect(await late).toMatchObject({ type: 'replyOvertaken' });
    expect(seen.only().content).toBe('답입니다.');
    expect(seen.only().versions.map(({ content }) => content)).toEqual(['생각하는 중입니다.', '답입니다.']);
  });

  test('twenty at once post one message', async () => {
    const { requestId, seen } = await asked();
    const processes = Array.from({ length: 20 }, () => orchestrator());
    const results = await Promise.all(processes.map(({ show }) => failureOf(show(requestId))));
    expect(results.filter((failure) => failure === null).length).toBeGreaterThan(0);
    expect(results.every((failure) => failure === null || failure.type === 'replyUnderWay')).toBe(true);
    expect(seen.all()).toHaveLength(1);
    expect(seen.requests('POST')).toBe(1);
  });
});

test('without a bot nothing is sent, and nothing fails', async () => {
  const { requestId, seen } = await asked();
  const { activities } = activitiesOf(heart);
  await end(requestId);
  const as = <T>(work: () => Promise<T>) => runAs(`request-${requestId}`, work);
  expect(await as(() => activities.showReply({ requestId, slow: false }))).toMatchObject({ deliverable: false });
  expect(await as(() => activities.deliverReply({ requestId }))).toEqual({ delivered: false });
  expect(seen.all()).toEqual([]);
});

test('a prompt that changes without a wake is told to the request in Discord, and to no other', async () => {
  const { requestId, user, seen } = await waiting();
  await orchestrator().show(requestId);
  const onTheWeb = await newRequest(heart, user.userId);
  const [call] = await chooseCall(heart, onTheWeb);
  await enterCall(heart.store, call!);
  const publicId = /connect\/([\w-]+)/.exec(JSON.stringify(seen.only().components))?.[1] ?? '';
  const stranger = await newDiscordUser(heart, peer);
  await heart.consent.reportStranger(publicId, stranger.userId);
  const told = async (id: string) => (await outboxOf(heart.pools.owner, id)).map(({ kind }) => kind);
  expect(await told(requestId)).toEqual(['startRequest', 'replyChanged']);
  expect(await told(onTheWeb)).toEqual(['startRequest']);
});

test('MO-5: another workflow reaches no reply', async () => {
  const { requestId } = await asked();
  const { replies, close } = repliesOver(heart, peer);
  closing.push(close);
  const { activities } = activitiesOf(heart, { replies });
  const foreign = runAs(`request-${randomUUID()}`, () => activities.showReply({ requestId, slow: false }));
  expect(await failureOf(foreign)).toMatchObject({ type: 'notYours' });
});
