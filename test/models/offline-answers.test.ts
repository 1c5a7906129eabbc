import { describe, expect, test } from '@jest/globals';

import type { CallOutcome } from '../../src/ports/model.ts';
import { ACCOUNT, after, contextOf, done, eventOf, listed, nextAnswer, nextCall } from './support/conversation.ts';

const TOMORROW = '2026-11-25';
const LUNCH = eventOf('1', 'Lunch', TOMORROW, '12:00-13:00');
const MEETING = eventOf('2', '회의', TOMORROW, '15:00-16:00', true);
const CALENDAR = [LUNCH, MEETING];

/** What is said when the change of these words ends so. */
async function answerTo(phrase: string, outcome: CallOutcome): Promise<string> {
  let context = contextOf(phrase);
  let call = await nextCall(context);
  if (call.tool === 'calendar_list_events') {
    context = after(context, call, done(listed({ from: TOMORROW, to: '2026-11-26' }, CALENDAR)));
    call = await nextCall(context);
  }
  return nextAnswer(after(context, call, outcome));
}
const event = (made: unknown) => done({ account: ACCOUNT, event: made });

test.each([
  [
    '내일 12시에 Lunch 추가해줘',
    LUNCH,
    ['만들었습니다', '2026년 11월 25일 (수) 12:00–13:00 Lunch', `${ACCOUNT} 캘린더`],
  ],
  [
    'add Lunch tomorrow at noon',
    LUNCH,
    ['I added', 'Wed 25 November 2026 12:00–13:00 Lunch', `calendar of ${ACCOUNT}`],
  ],
  ['내일 회의 4시로 옮겨줘', MEETING, ['바꾸었습니다', '15:00–16:00 회의', '다른 날은 그대로']],
  ['move the lunch tomorrow to 4pm', LUNCH, ['I changed', '12:00–13:00 Lunch', ACCOUNT]],
  ['내일 회의 삭제해줘', MEETING, ['지웠습니다', '15:00–16:00 회의', '이 날만', ACCOUNT]],
  ["delete tomorrow's lunch", LUNCH, ['I deleted', '12:00–13:00 Lunch', ACCOUNT]],
  ['내일 하루 종일 휴가 추가해줘', eventOf('3', '휴가', TOMORROW), ['2026년 11월 25일 (수) 종일 휴가']],
  [
    'add trip tomorrow all day',
    { ...eventOf('3', 'trip', TOMORROW), end: '2026-11-28' },
    ['Wed 25 November 2026 – Fri 27 November 2026 all day trip'],
  ],
  [
    '내일 밤 11시부터 30분 배포 추가해줘',
    { ...eventOf('3', '배포', TOMORROW, '23:00-23:30'), end: '2026-11-26T01:00:00+09:00' },
    ['2026년 11월 25일 (수) 23:00–2026년 11월 26일 (목) 01:00 배포'],
  ],
])('"%s" done: what, when and where is said', async (phrase, made, parts) => {
  const answer = await answerTo(phrase, event(made));
  for (const part of parts) expect(answer).toContain(part);
});

test('times are told on the clocks of the person', async () => {
  const context = contextOf('add Lunch tomorrow at noon', { timeZone: 'America/New_York' });
  const answer = await nextAnswer(after(context, await nextCall(context), event(LUNCH)));
  expect(answer).toContain('Tue 24 November 2026 22:00–23:00 Lunch');
});

test.each([
  ['매주 월수금 7시에 수영 12월 31일까지 추가해줘', '매주 월·수·금요일 2026년 12월 31일 (목)까지 반복됩니다.'],
  ['매일 10시에 약 5번 추가해줘', '매일 모두 5번 반복됩니다.'],
  ['격주 금요일 16시에 회고 추가해줘', '2주마다 금요일 반복됩니다.'],
  ['매월 1일 10시에 월세 추가해줘', '매월 반복됩니다.'],
  ['add yoga on Mondays, Wednesdays and Fridays at 7am', 'It repeats every week on Monday, Wednesday and Friday.'],
  ['add payroll monthly on the 25th at 10am, 12 times', 'It repeats every month, 12 times.'],
  [
    'add gym every other Monday at 7am until December 31',
    'It repeats every 2 weeks on Monday, until Thu 31 December 2026.',
  ],
])('"%s": %s', async (phrase, repeats) => {
  expect(await answerTo(phrase, event(MEETING))).toContain(repeats);
});

const PHRASES = {
  create: ['내일 3시에 "모임" 추가해줘', 'add "party" tomorrow at 3pm', '"모임"', '"party"'],
  update: ['내일 회의 4시로 옮겨줘', 'move the lunch tomorrow to 4pm', '"회의"', '"Lunch"'],
  delete: ['내일 회의 삭제해줘', "delete tomorrow's lunch", '"회의"', '"Lunch"'],
} as const;
const failed = (code: string): CallOutcome => ({ kind: 'failed', code });
const ENDS: [CallOutcome, string, string][] = [
  [{ kind: 'closed', reason: 'skipped' }, '연결하지 않고', 'without connecting'],
  [{ kind: 'closed', reason: 'expired' }, '제때', 'in time'],
  [{ kind: 'closed', reason: 'cancelled' }, '그만두었기', 'cancelled'],
  [{ kind: 'closed', reason: 'denied' }, '허락하지 않으셔서', 'said no'],
  [{ kind: 'closed', reason: 'insufficient' }, '권한이 없어', 'lacks a permission'],
  [failed('forbidden'), '허용하지 않아', 'does not allow'],
  [failed('notFound'), '더 없어', 'not in the calendar any more'],
  [failed('conflict'), '그 사이 일정이 바뀌어', 'changed meanwhile'],
  [failed('invalidRequest'), '받아들이지 않아', 'did not accept'],
  [failed('uncertain'), '직접 확인해 주세요', 'look at your calendar'],
  [failed('provider.unavailable'), '마치지 못했습니다', 'went wrong'],
];

describe.each(['create', 'update', 'delete'] as const)('%s', (kind) => {
  const [ko, en, koTitle, enTitle] = PHRASES[kind];

  test.each(ENDS)('%j is said in both languages, with the title', async (outcome, korean, english) => {
    const [inKorean, inEnglish] = [await answerTo(ko, outcome), await answerTo(en, outcome)];
    expect(inKorean).toContain(korean);
    expect(inKorean).toContain(koTitle);
    expect(inEnglish).toContain(english);
    expect(inEnglish).toContain(enTitle);
  });

  test('what is uncertain is never said to be done, nor not to be done', async () => {
    expect(await answerTo(ko, failed('uncertain'))).toMatch(/수도 있지만/);
    expect(await answerTo(en, failed('uncertain'))).toMatch(/might have/);
    expect(await answerTo(en, failed('uncertain'))).not.toMatch(/have not|[Nn]othing/);
  });

  test('what is gone by the time of the answer is said to be gone', async () => {
    const gone = event(null);
    expect(await answerTo(ko, gone)).toMatch(kind === 'create' ? /지워져 지금은 없습니다/ : /이미 없습니다/);
    expect(await answerTo(en, gone)).toMatch(
      kind === 'create' ? /deleted from the calendar meanwhile/ : /not in the calendar any more/,
    );
  });
});
