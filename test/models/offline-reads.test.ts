import { expect, test } from '@jest/globals';

import { after, contextOf, done, eventOf, listed, nextAnswer, nextTurn } from './support/conversation.ts';

const day = (from: string, to: string) => ({ tool: 'calendar_list_events', arguments: { from, to } });
const TODAY = day('2026-11-24', '2026-11-25');
const TOMORROW = day('2026-11-25', '2026-11-26');
const THIS_WEEK = day('2026-11-23', '2026-11-30');
const NEXT_WEEK = day('2026-11-30', '2026-12-07');

test.each([
  ['오늘 일정 알려줘', [TODAY]],
  ['오늘 일정', [TODAY]],
  ['이번 주 일정 보여줘', [THIS_WEEK]],
  ['내일 일정 알려줘', [TOMORROW]],
  ['오늘이랑 내일 일정', [TODAY, TOMORROW]],
  ['내일이랑 오늘 일정', [TODAY, TOMORROW]],
  ['오늘이랑 다음 주 일정 보여줘', [TODAY, NEXT_WEEK]],
  ['내일 뭐 있어?', [TOMORROW]],
  ['회의 있어?', [TODAY]],
  ["What's on this week?", [THIS_WEEK]],
  ["What's on tomorrow?", [TOMORROW]],
  ['What is on my calendar today?', [TODAY]],
  ['Show my events this week', [THIS_WEEK]],
  ['events next week', [NEXT_WEEK]],
  ['schedule for today', [TODAY]],
  ['금요일 일정 알려줘', [day('2026-11-27', '2026-11-28')]],
  ['지난주 일정 보여줘', [day('2026-11-16', '2026-11-23')]],
  ['11월 20일 일정 알려줘', [day('2026-11-20', '2026-11-21')]],
  ['다음 달 일정 보여줘', [day('2026-12-01', '2027-01-01')]],
  ['이번 주말 일정 알려줘', [day('2026-11-28', '2026-11-30')]],
  ['any meetings on December 3?', [day('2026-12-03', '2026-12-04')]],
])('"%s" reads', async (phrase, calls) => {
  expect(await nextTurn(contextOf(phrase))).toEqual({ calls });
});

test.each(['안녕', 'today was long', 'hello'])('"%s" is answered with what can be asked', async (phrase) => {
  expect(await nextAnswer(contextOf(phrase))).toMatch(/오프라인 도우미|offline planner/);
});

test('the events of a day are told with their times and the account', async () => {
  const events = [eventOf('1', '회의', '2026-11-24', '15:00-16:00'), eventOf('2', '연차', '2026-11-24')];
  const answer = await nextAnswer(after(contextOf('오늘 일정'), TODAY, done(listed(TODAY.arguments, events))));
  expect(answer).toBe(
    '11월 24일 (화) 일정입니다.\n\n• 15:00–16:00 회의\n• 종일 연차\n\nminji@example.com 캘린더에서 읽었습니다.',
  );
});
