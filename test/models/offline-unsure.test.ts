import { expect, test } from '@jest/globals';

import { contextOf, eventOf, follow, listed, after, done, nextAnswer, nextCall } from './support/conversation.ts';

const TOMORROW = '2026-11-25';
/** Everything that the phrases below could hit, if they did. */
const CALENDAR = [
  eventOf('1', '스탠드업', TOMORROW, '09:00-09:15'),
  eventOf('2', 'Standup', TOMORROW, '09:30-09:45'),
  eventOf('3', '회의', TOMORROW, '15:00-16:00'),
  eventOf('4', '등산', TOMORROW, '18:00-19:00'),
  eventOf('5', 'Hike', TOMORROW, '20:00-21:00'),
  eventOf('6', 'Dentist', '2026-11-27', '16:00-17:00'),
];

const KEPT = /바꾸지 않았습니다|만들지 않았습니다|[Nn]othing was (?:changed|added)/;

test.each([
  // Told not to.
  ['내일 스탠드업 삭제하지 마', '알겠습니다'],
  ['내일 스탠드업 지우지 말아줘', '알겠습니다'],
  ['내일 회의는 취소하면 안 돼', '알겠습니다'],
  ['내일 3시에 회의 추가하지 말아줘', '알겠습니다'],
  ['내일 회의 옮기지 마세요', '알겠습니다'],
  ['내일 말고 모레 3시에 회의 추가해줘', '알겠습니다'],
  ["don't delete tomorrow's standup", 'All right'],
  ['Please don’t add lunch tomorrow at noon', 'All right'],
  ['please do not cancel my dentist appointment on Friday', 'All right'],
  ["never move tomorrow's standup to 4pm", 'All right'],

  // Not now, or not only this.
  ['비 오면 내일 등산 취소해줘', '조건'],
  ["cancel tomorrow's hike if it rains", 'condition'],
  ['내일 3시에 회의 추가하고 내일 스탠드업 삭제해줘', '하나씩'],
  ['add lunch tomorrow at noon and delete the standup', 'one thing at a time'],
  ['내일 일정 다 지워줘', '하나의 일정'],
  ['delete all meetings tomorrow', 'one event at a time'],
  ['매주 스탠드업 삭제해줘', '하루씩'],

  // Something is missing.
  ['회의 추가해줘', '날짜, 시간을 알 수 없어'],
  ['내일 회의 추가해줘', '시간을 알 수 없어'],
  ['내일 3시 추가해줘', '제목을 알 수 없어'],
  ['휴가 하루 종일 추가해줘', '날짜를 알 수 없어'],
  ['add lunch tomorrow', 'the time'],
  ['add something tomorrow at 3pm', 'what it is called'],
  ['add a meeting', 'the day and the time'],
  ['치과 예약 취소해줘', '어느 날'],
  ['cancel my dentist appointment', 'which day'],
  ['내일 회의 옮겨줘', '어떻게 바꿀지'],
  ["move tomorrow's standup to the moon", 'should become'],
  ['내일 회의 다음 주로 옮겨줘', '어떻게 바꿀지'],

  // Something is unclear, or past.
  ['내일 밤 12시에 전화 추가해줘', '시간이 분명하지'],
  ['오늘 자정에 배포 추가해줘', '시간이 분명하지'],
  ['내일 25시에 회의 추가해줘', '시간이 분명하지'],
  ['30분 뒤에 회의 추가해줘', '시간이 분명하지'],
  ['내일 3시 4시 5시 회의 추가해줘', '시간이 분명하지'],
  ['2월 30일 3시에 회의 추가해줘', '날짜가 분명하지'],
  ['12월 3일(금) 10시 치과 등록', '날짜가 분명하지'],
  ['매달 마지막 금요일 5시 회식 추가해줘', '날짜가 분명하지'],
  ['다음 주 3시에 회의 추가해줘', '날짜가 분명하지'],
  ['매일 3시에 회의 0번 추가해줘', '날짜가 분명하지'],
  ['add call every day at 3pm, 999 times', 'which day'],
  ['내일 3시에 회의 0분 추가해줘', '시간이 분명하지'],
  ['add review on 3/12 at 3pm', 'which day'],
  ['add party on the first Monday of December at 6pm', 'which day'],
  ['add trip from Dec 3 to Dec 5 at 9am', 'which day'],
  ["add Jordan to tomorrow's 3pm meeting", 'called'],
  ['내일 3시 회의에 지민 추가해줘', '제목이'],
  ['오늘 8시에 회의 추가해줘', '이미 지난'],
  ['어제 3시에 회의 추가해줘', '이미 지난'],
  ['add lunch today at 8am', 'past already'],
  ['내일 회의를 오늘 8시로 옮겨줘', '이미 지난'],
  [`${'아주 '.repeat(200)}긴 회의 내일 3시에 추가해줘`, '짧게'],

  // No such event.
  ['내일 농구 삭제해줘', '"농구" 일정이 없어'],
  ["delete tomorrow's basketball", 'no "basketball"'],
  ['토요일 회의 삭제해줘', '하나도 없습니다'],
])('"%s" writes nothing and says why', async (phrase, why) => {
  const { calls, answer } = await follow(contextOf(phrase), CALENDAR);
  expect(calls.map(({ tool }) => tool).filter((tool) => tool !== 'calendar_list_events')).toEqual([]);
  expect(answer).toContain(why);
  expect(answer).toMatch(KEPT);
});

test.each([
  '내일 회의 삭제했어?',
  '내일 회의 삭제해?',
  '내일 회의 삭제할까?',
  '내일 회의 추가됐어?',
  '내일 3시에 회의가 추가되었습니다',
  "Did you delete tomorrow's standup?",
  'should I cancel my dentist appointment on Friday?',
  'I will delete the standup tomorrow',
  "update me on tomorrow's schedule",
  'schedule for this week?',
  '안녕',
  '내일 3시에 치과 예약',
  'move',
  '추가',
])('"%s" is no order: nothing is written', async (phrase) => {
  const { calls } = await follow(contextOf(phrase), CALENDAR);
  expect(calls.map(({ tool }) => tool).filter((tool) => tool !== 'calendar_list_events')).toEqual([]);
});

test.each([
  ['내일 농구 삭제해줘', ['• 09:00–09:15 스탠드업', '• 15:00–16:00 회의']],
  ["delete tomorrow's stand", ['• 09:30–09:45 Standup', '• 20:00–21:00 Stand by me']],
])('"%s" lists what is there instead', async (phrase, lines) => {
  const { answer } = await follow(contextOf(phrase), [
    ...CALENDAR,
    eventOf('7', 'Stand by me', TOMORROW, '20:00-21:00'),
  ]);
  for (const line of lines) expect(answer).toContain(line);
});

test('when not all events could be read, the one that was read may not be the one that is meant', async () => {
  const context = contextOf('내일 회의 삭제해줘');
  const call = await nextCall(context);
  const result = { ...listed({ from: TOMORROW, to: '2026-11-26' }, CALENDAR), truncated: true };
  expect(await nextAnswer(after(context, call, done(result)))).toMatch(KEPT);
});

test.each([
  [{ kind: 'closed', reason: 'skipped' }, '읽지 않았습니다'],
  [{ kind: 'failed', code: 'forbidden' }, '허용하지 않아'],
] as const)('when the events could not be read (%j) nothing is changed', async (outcome, why) => {
  const context = contextOf('내일 회의 삭제해줘');
  const answer = await nextAnswer(after(context, await nextCall(context), outcome));
  expect(answer).toContain(why);
  expect(answer).toMatch(KEPT);
});

test('no words, however made, are slow to read or write by accident', async () => {
  const pieces = [
    '내일 ',
    '회의를 ',
    '로 ',
    ' to ',
    "'s ",
    '3',
    '매주 월',
    'every Monday and ',
    'at ',
    '"',
    '\uE000',
    '라는 ',
  ];
  let seed = 7;
  const pick = (from: readonly string[]) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from[seed % from.length]!;
  };
  let slowest = 0;
  for (let round = 0; round < 300; round++) {
    const middle = (pick(pieces) + pick(pieces) + pick(pieces)).repeat(round % 2 ? 40 : 4_000);
    const phrase = `${pick(['add ', 'rename ', '내일 ', ''])}${middle}${pick(['바꿔줘', '추가해줘', ' to 4pm', ''])}`;
    const before = performance.now();
    await follow(contextOf(phrase.slice(0, 50_000)), CALENDAR);
    slowest = Math.max(slowest, performance.now() - before);
  }
  expect(slowest).toBeLessThan(1_000);
});
