import { describe, expect, test } from '@jest/globals';

import type { DateRange } from '../../src/ports/calendar.ts';
import { contextOf, eventOf, follow } from './support/conversation.ts';

const TOMORROW = '2026-11-25';
const FRIDAY = '2026-11-27';
const CALENDAR = [
  eventOf('standup', 'Standup', TOMORROW, '09:30-09:45', true),
  eventOf('standup-ko', '스탠드업', TOMORROW, '09:00-09:15', true),
  eventOf('team', '팀 회의', TOMORROW, '15:00-16:00'),
  eventOf('leave', '연차', TOMORROW),
  eventOf('dentist', 'Dentist', FRIDAY, '16:00-17:00'),
  eventOf('dentist-ko', '치과', FRIDAY, '17:00-18:00'),
  eventOf('review', 'Design review', FRIDAY, '11:00-12:00'),
  eventOf('review-ko', '디자인 리뷰', FRIDAY, '14:00-15:00'),
];

async function changeOf(phrase: string) {
  const { calls } = await follow(contextOf(phrase), CALENDAR);
  const [list, change] = calls;
  expect(calls).toHaveLength(2);
  expect(list).toMatchObject({ tool: 'calendar_list_events', arguments: { toChange: true } });
  const { from, to } = list!.arguments as DateRange;
  const { eventId, shown, ...rest } = change!.arguments as { eventId: string; shown: { title: string; start: string } };
  const { title, start } = CALENDAR.find(({ id }) => id === eventId)!;
  expect(shown).toEqual({ title, start });
  return { tool: change!.tool, range: { from, to }, eventId, ...rest };
}
const dayOf = (date: string) => ({ from: date, to: `2026-11-${Number(date.slice(8)) + 1}` });

test.each([
  ['내일 스탠드업 삭제해줘', TOMORROW, 'standup-ko'],
  ["delete tomorrow's standup", TOMORROW, 'standup'],
  ['delete tomorrow’s standup', TOMORROW, 'standup'],
  ['cancel my dentist appointment on Friday', FRIDAY, 'dentist'],
  ['remove the dentist appointment on Nov 27', FRIDAY, 'dentist'],
  ['금요일 치과 예약 취소해 주세요', FRIDAY, 'dentist-ko'],
  ['11월 25일 팀 회의 지워줘', TOMORROW, 'team'],
  ['내일 3시 회의 삭제해줘', TOMORROW, 'team'],
  ['delete the 9:30 standup tomorrow', TOMORROW, 'standup'],
  ['내일 회의 삭제해 줄래?', TOMORROW, 'team'],
  ["내일 '팀 회의' 삭제", TOMORROW, 'team'],
  ['could you please cancel the design review on Friday?', FRIDAY, 'review'],
  ['내일 standup 취소 부탁드려요', TOMORROW, 'standup'],
])('"%s" deletes one event of %s: %s', async (phrase, date, eventId) => {
  expect(await changeOf(phrase)).toEqual({ tool: 'calendar_delete_event', range: dayOf(date), eventId });
});

test.each([
  ['내일 회의 4시로 옮겨줘', TOMORROW, 'team', TOMORROW, '16:00'],
  ["move tomorrow's standup to 4pm", TOMORROW, 'standup', TOMORROW, '16:00'],
  ["reschedule Friday's design review to Monday at 10", FRIDAY, 'review', '2026-11-30', '10:00'],
  ['could you move the design review on Friday to 3pm please?', FRIDAY, 'review', FRIDAY, '15:00'],
  ["change the time of tomorrow's standup to 10:30", TOMORROW, 'standup', TOMORROW, '10:30'],
  ["let's move Friday's design review to next Wednesday", FRIDAY, 'review', '2026-12-02', '11:00'],
  ["push tomorrow's standup by 30 minutes", TOMORROW, 'standup', TOMORROW, '10:00'],
  ["bring forward tomorrow's standup by an hour", TOMORROW, 'standup', TOMORROW, '08:30'],
  ["move tomorrow's standup 30 minutes earlier", TOMORROW, 'standup', TOMORROW, '09:00'],
  ["postpone tomorrow's standup to Friday", TOMORROW, 'standup', FRIDAY, '09:30'],
  ['내일 3시 회의를 모레 오전 10시로 변경해줘', TOMORROW, 'team', '2026-11-26', '10:00'],
  ['내일 회의 시간을 오전 11시로 바꿔줘', TOMORROW, 'team', TOMORROW, '11:00'],
  ['금요일 디자인 리뷰를 다음 주 월요일로 옮겨줘', FRIDAY, 'review-ko', '2026-11-30', '14:00'],
  ['금요일 디자인 리뷰 오후 3시 30분으로 변경 부탁드려요', FRIDAY, 'review-ko', FRIDAY, '15:30'],
  ['내일 회의 30분 미뤄줘', TOMORROW, 'team', TOMORROW, '15:30'],
  ['내일 회의 2시간 뒤로 미뤄줘', TOMORROW, 'team', TOMORROW, '17:00'],
  ['내일 회의 1시간 앞당겨줘', TOMORROW, 'team', TOMORROW, '14:00'],
  ['회의를 내일에서 모레로 옮겨줘', TOMORROW, 'team', '2026-11-26', '15:00'],
  ['내일 연차 금요일로 옮겨줘', TOMORROW, 'leave', FRIDAY, undefined],
  ['내일 연차 3시로 옮겨줘', TOMORROW, 'leave', TOMORROW, '15:00'],
])('"%s" moves one event of %s: %s to %s %s', async (phrase, date, eventId, newDate, time) => {
  expect(await changeOf(phrase)).toEqual({
    tool: 'calendar_update_event',
    range: dayOf(date),
    eventId,
    start: time === undefined ? { date: newDate } : { date: newDate, time },
    timeZone: 'Asia/Seoul',
  });
});

test.each([
  ["rename tomorrow's standup to Daily sync", 'standup', 'Daily sync'],
  ["change the title of tomorrow's standup to 'Move to Berlin'", 'standup', 'Move to Berlin'],
  ["change tomorrow's standup's title to Daily", 'standup', 'Daily'],
  ["내일 회의 제목을 '주간 회의'로 바꿔줘", 'team', '주간 회의'],
  ['내일 스탠드업 이름을 데일리로 바꿔줘', 'standup-ko', '데일리'],
  ['내일 회의를 주간 회의로 변경해줘', 'team', '주간 회의'],
])('"%s" renames %s to %s', async (phrase, eventId, title) => {
  expect(await changeOf(phrase)).toEqual({ tool: 'calendar_update_event', range: dayOf(TOMORROW), eventId, title });
});

describe('the event is picked by its title', () => {
  const pick = async (phrase: string, titles: string[]) => {
    const events = titles.map((title, index) => eventOf(`${index}`, title, TOMORROW, `1${index}:00-1${index}:30`));
    const { calls } = await follow(contextOf(phrase), events);
    const [, change] = calls;
    return change && titles[Number((change.arguments as { eventId: string }).eventId)];
  };

  test.each([
    ['내일 팀 회의 삭제해줘', ['팀 주간 회의', '회의'], '팀 주간 회의'],
    ['내일 치과 예약 삭제해줘', ['치과', '미용실 예약'], '치과'],
    ['내일 치과 예약 삭제해줘', ['치과', '치과 예약'], '치과 예약'],
    ['delete the stand-up tomorrow', ['Standup', 'Stand by me'], 'Standup'],
    ['delete the art class tomorrow', ['Start of class', 'Art class'], 'Art class'],
    ['내일 팀회의 삭제해줘', ['팀 회의'], '팀 회의'],
    ['DELETE TOMORROW’S STANDUP', ['standup'], 'standup'],
  ])('"%s" among %j is "%s"', async (phrase, titles, expected) => {
    expect(await pick(phrase, titles)).toBe(expected);
  });

  test.each([
    ['내일 회의 삭제해줘', ['팀 회의', '주간 회의'], 'several fit'],
    ['내일 팀 회의 삭제해줘', ['팀 점심'], 'half of the words fit'],
    ["내일 '회의' 삭제해줘", ['팀 회의'], 'a quoted title is the whole title'],
    ['내일 일정 삭제해줘', ['회의'], 'no title was said'],
    ["delete tomorrow's event", ['Lunch'], 'no title was said'],
    ['내일 9시 회의 삭제해줘', ['회의'], 'it is at another time'],
    ['delete the art class tomorrow', ['Start of class'], 'a word is found only within another'],
  ])('"%s" among %j is none: %s', async (phrase, titles) => {
    expect(await pick(phrase, titles)).toBeUndefined();
  });
});
