import { expect, test } from '@jest/globals';
import { withVisibleCharacters } from '../../../src/domain/discord/escape.ts';
import { renderAnswer, renderNotice, renderReminder } from '../../../src/domain/discord/render-answer.ts';
import { renderReply } from '../../../src/domain/discord/render-reply.ts';
import type { ApprovalView, ReplyMessage, ReplyView, WaitView } from '../../../src/domain/discord/reply-view.ts';
import { toEditBody } from '../../../src/providers/discord/to-message-body.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const place = { publicUrl: 'https://panager.example', emulated: [] };
const moments = [false, true].flatMap((slow) => [false, true].map((reminded) => ({ ...place, slow, reminded })));

let seed = 11;
const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
const one = <T>(...of: T[]): T => of[random(of.length)]!;
const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random(most + 1) }, make);
const hostile = () =>
  Array.from({ length: one(0, 1, 5, 300) }, () =>
    one(
      '```',
      '@everyone ',
      'https://evil.example/x ',
      '<@1> ',
      '가',
      '👨‍👩‍👧‍👦',
      '\u202e',
      '\n',
      '](http://a.b) ',
      '`',
      '\\',
      'x'.repeat(40),
    ),
  ).join('');

const wait = (): WaitView => ({
  provider: one('google', 'github', 'claude'),
  reason: one('neverConnected', 'expired', 'revoked', 'scopeMissing', 'wrongAccount'),
  missingScopes: some(6, () => `https://www.googleapis.com/auth/${one('tasks', 'calendar.events', 'x')}`),
  publicId: 'A'.repeat(22),
  flowId: ID,
  deadline: new Date(1_800_000_000_000),
  lastOutcome: one(null, 'denied', 'failed', 'granted'),
  openedByStranger: one(true, false),
  requests: one(1, 7),
});
const approval = (): ApprovalView => ({
  approvalId: ID,
  provider: one('google', null),
  tool: one('calendar_create_event', 'calendar_update_event', 'unheard_of'),
  preview: one(
    hostile(),
    JSON.stringify({
      tool: 'calendar_create_event',
      arguments: {
        title: hostile(),
        location: hostile(),
        start: { date: '2026-12-01', time: '15:00' },
        durationMinutes: 90,
      },
    }),
    JSON.stringify({ arguments: { start: { date: 'no', time: 7 }, repeat: { every: 'week', weekdays: 'mon' } } }),
  ),
  deadline: new Date(1_800_000_000_000),
});
const view = (): ReplyView => ({
  id: ID,
  text: one('일정 보여줘', 'https://example.org/typed'),
  language: one('ko', 'en'),
  timeZone: 'Asia/Seoul',
  status: one('queued', 'thinking', 'waiting', 'running', 'done', 'failed', 'cancelled', 'expired'),
  answer: one(null, '', hostile(), hostile().repeat(20)),
  waitingFor: some(3, wait),
  approvals: some(6, approval),
  calls: some(3, () => ({
    id: '1.1',
    tool: one('calendar_list_events', 'run_in_project', 'unheard_of'),
    status: one('running', 'done'),
  })),
  accounts: some(3, hostile),
  runs: some(6, () => ID),
});

/** What Discord takes, and what must not be in it. */
function check(message: ReplyMessage): void {
  expect(message.text.trim()).not.toBe('');
  expect(message.text.length).toBeLessThanOrEqual(2_000);
  expect(message.text.isWellFormed()).toBe(true);
  expect(message.text).not.toMatch(/https?:\/\/(?!example\.org\/typed)|\]\(|@everyone|<@|\u202e/);
  expect(message.buttons.length).toBeLessThanOrEqual(5);
  const ids: string[] = [];
  for (const { components } of toEditBody(message).components) {
    expect(components.length).toBeGreaterThan(0);
    expect(components.length).toBeLessThanOrEqual(5);
    for (const button of components) {
      expect('label' in button ? button.label!.length : 0).toBeLessThanOrEqual(80);
      if ('custom_id' in button) ids.push(button.custom_id);
      if ('url' in button) expect(button.url.startsWith(`${place.publicUrl}/`)).toBe(true);
    }
  }
  expect(ids.every((id) => id.length <= 100)).toBe(true);
}

test('whatever a request holds, its messages are within Discord’s limits, and nothing foreign in them is alive', () => {
  for (let round = 0; round < 1_500; round++) {
    const request = view();
    for (const moment of moments) check(renderReply(request, moment));
    const answer = renderAnswer(request, place);
    expect(answer.length).toBeGreaterThan(0);
    expect(answer.length).toBeLessThanOrEqual(5);
    answer.forEach(check);
    const notice = renderNotice(request);
    if (notice !== null) check(notice);
    if (request.waitingFor.length + request.approvals.length > 0) check(renderReminder(request, place));
  }
});

test('what runs in a project can be watched and stopped from its message, and its answer leads to the log', () => {
  const nothing = { waitingFor: [], approvals: [], accounts: [], answer: '42 passed' };
  const calls = [{ id: '1.1', tool: 'run_in_project', status: 'running' }];
  const request: ReplyView = { ...view(), ...nothing, calls, runs: [ID], language: 'ko', status: 'running' };
  const log = { kind: 'link', label: '실행 기록 열기', url: `${place.publicUrl}/#/runs/${ID}` };
  for (const slow of [false, true]) {
    const { text, buttons } = renderReply(request, { ...place, slow, reminded: false });
    expect(text).toBe('프로젝트에서 실행하는 중입니다.\n끝나면 결과를 이 메시지에 적어 드립니다.');
    expect(buttons).toEqual([[log, expect.objectContaining({ press: { action: 'cancel', requestId: ID } })]]);
  }
  expect(renderAnswer({ ...request, status: 'done' }, place)).toEqual([{ text: '42 passed', buttons: [[log]] }]);
});

test('a yes can be given only where all of what is approved is shown', () => {
  let [here, onThePage] = [0, 0];
  for (let round = 0; round < 500; round++) {
    const request = { ...view(), waitingFor: [], approvals: [approval()] };
    const message = renderReply(request, { ...place, slow: false, reminded: false });
    const mayApprove = JSON.stringify(message.buttons).includes('"approve"');
    if (mayApprove) here++;
    else onThePage++;
    const letters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
    if (mayApprove)
      expect(letters(message.text)).toContain(letters(withVisibleCharacters(request.approvals[0]!.preview)));
    else expect(JSON.stringify(message.buttons)).toContain('/?request=');
  }
  expect([here > 50, onThePage > 50]).toEqual([true, true]);
});

test('however long a preview is, a message that asks says until when', () => {
  let [here, onThePage] = [0, 0];
  for (let length = 1_600; length < 2_000; length++) {
    const asked: ApprovalView = { ...approval(), tool: 'unheard_of', preview: 'x'.repeat(length) };
    const request = { ...view(), waitingFor: [], approvals: [asked] };
    const message = renderReply(request, { ...place, slow: false, reminded: false });
    expect(message.text).toContain('<t:1800000000:R>');
    if (JSON.stringify(message.buttons).includes('"approve"')) here++;
    else onThePage++;
  }
  expect([here > 0, onThePage > 0]).toEqual([true, true]);
});
