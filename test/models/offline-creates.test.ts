import { expect, test } from '@jest/globals';

import { contextOf, nextCall } from './support/conversation.ts';

const at = (date: string, time: string, minutes = 60) => ({
  start: { date, time },
  durationMinutes: minutes,
});
const TOMORROW = '2026-11-25';
const weekly = (...weekdays: string[]) => ({ every: 'week', weekdays });
const WORKDAYS = weekly('mon', 'tue', 'wed', 'thu', 'fri');

/** Asked on Tuesday, 24 November 2026, at 9 in Seoul. */
const PHRASES: [string, string, object][] = [
  ['내일 3시에 회의 추가해줘', '회의', at(TOMORROW, '15:00')],
  ['금요일 오후 2시 30분부터 1시간 디자인 리뷰 잡아줘', '디자인 리뷰', at('2026-11-27', '14:30')],
  ['12월 3일 10시 치과 등록', '치과', at('2026-12-03', '10:00')],
  ['매주 월요일 9시에 스탠드업 추가해줘', '스탠드업', { ...at('2026-11-30', '09:00'), repeat: weekly('mon') }],
  ['add lunch with Jordan tomorrow at noon', 'lunch with Jordan', at(TOMORROW, '12:00')],
  ['schedule standup every weekday at 9am', 'standup', { ...at(TOMORROW, '09:00'), repeat: WORKDAYS }],
  ["create 'Budget review' on 2026-12-01 at 15:00 for 90 minutes", 'Budget review', at('2026-12-01', '15:00', 90)],

  // Days.
  ['오늘 저녁 7시 회식 잡아줘', '회식', at('2026-11-24', '19:00')],
  ['모레 오전 11시 팀 회의 만들어줘', '팀 회의', at('2026-11-26', '11:00')],
  ['내일모레 새벽 6시 공항 추가해 주세요', '공항', at('2026-11-26', '06:00')],
  ['3일 뒤 오후 4시에 병원 예약 추가', '병원 예약', at('2026-11-27', '16:00')],
  ['이번 주 토요일 10시부터 13시까지 등산 추가', '등산', at('2026-11-28', '10:00', 180)],
  ['다음 주 수요일 저녁 7시에 가족 식사 넣어줘', '가족 식사', at('2026-12-02', '19:00')],
  ['다음 달 3일 오후 1시 점심 약속 잡아줄래?', '점심 약속', at('2026-12-03', '13:00')],
  ['12월 3일(목) 10시 치과 등록', '치과', at('2026-12-03', '10:00')],
  ['1월 5일 14시 신년회 등록해줘', '신년회', at('2027-01-05', '14:00')],
  ['12/24 18시 크리스마스 파티 등록', '크리스마스 파티', at('2026-12-24', '18:00')],
  ['화요일 10시 주간 보고 추가해줘', '주간 보고', at('2026-11-24', '10:00')],
  ['화요일 8시 주간 보고 추가해줘', '주간 보고', at('2026-12-01', '08:00')],
  ['오후 3시에 커피 추가해줘', '커피', at('2026-11-24', '15:00')],
  ['add gym today at 6 in the evening', 'gym', at('2026-11-24', '18:00')],
  ['book a table at Luigi’s on Saturday at 7:30pm', 'table at Luigi’s', at('2026-11-28', '19:30')],
  ['schedule a 30 minute meeting with Sam next Tuesday at 10', 'meeting with Sam', at('2026-12-01', '10:00', 30)],
  ['put dentist on my calendar for Friday 4pm', 'dentist', at('2026-11-27', '16:00')],
  ['add call on Friday, December 4 at 9am', 'call', at('2026-12-04', '09:00')],
  ['set up a 45-minute sync with Lee in 3 days at 11', 'sync with Lee', at('2026-11-27', '11:00', 45)],
  ['add review on 12/25 at 3pm', 'review', at('2026-12-25', '15:00')],

  // Times.
  ['내일 14:00~15:30 면접 추가해줘', '면접', at(TOMORROW, '14:00', 90)],
  ['내일 14-16시 워크숍 추가해줘', '워크숍', at(TOMORROW, '14:00', 120)],
  ['내일 3시 반에서 5시까지 면담 잡아줘', '면담', at(TOMORROW, '15:30', 90)],
  ['내일 열두 시 반에 점심 추가해줘', '점심', at(TOMORROW, '12:30')],
  ['내일 두 시부터 두 시간 코드 리뷰 추가해줘', '코드 리뷰', at(TOMORROW, '14:00', 120)],
  ['내일 정오에 식사 넣어 줘', '식사', at(TOMORROW, '12:00')],
  ['내일 오전 12시 반에 전화 추가해줘', '전화', at(TOMORROW, '00:30')],
  ['내일 03:00 서버 점검 추가해줘', '서버 점검', at(TOMORROW, '03:00')],
  ['내일 23시에 배포 추가해줘', '배포', at(TOMORROW, '23:00')],
  ['내일 7시에 저녁 약속 잡아줘', '저녁 약속', at(TOMORROW, '19:00')],
  ['내일 7시에 회의 추가해줘', '회의', at(TOMORROW, '07:00')],
  ['내일 12시에 회의 추가해줘', '회의', at(TOMORROW, '12:00')],
  ['내일 6시에 회의 추가해줘', '회의', at(TOMORROW, '18:00')],
  ['내일 2시부터 25분 동안 집중 추가해줘', '집중', at(TOMORROW, '14:00', 25)],
  ['add focus time tomorrow 2-4pm', 'focus time', at(TOMORROW, '14:00', 120)],
  ['add team lunch on Dec 3 from 12 to 1:30', 'team lunch', at('2026-12-03', '12:00', 90)],
  ['add dinner with Mina tonight at 8', 'dinner with Mina', at('2026-11-24', '20:00')],
  ['add an event called Demo day next Thursday from 1pm to 5pm', 'Demo day', at('2026-12-03', '13:00', 240)],
  [
    'set up a call with Kim on December 15th at 3:30 pm for half an hour',
    'call with Kim',
    at('2026-12-15', '15:30', 30),
  ],
  ['12월 25일 하루 종일 휴가 추가해줘', '휴가', { start: { date: '2026-12-25' } }],
  ['add holiday on December 24 all day', 'holiday', { start: { date: '2026-12-24' } }],

  // Titles.
  ['내일 가을 소풍을 10시에 등록해줘', '가을 소풍', at(TOMORROW, '10:00')],
  ['내 캘린더에 내일 5시 헬스장 추가 부탁해', '헬스장', at(TOMORROW, '17:00')],
  ['"분기 계획: 예산"을 12월 2일 14시에 추가해줘', '분기 계획: 예산', at('2026-12-02', '14:00')],
  ["내일 3시에 '삭제하지 마' 추가해줘", '삭제하지 마', at(TOMORROW, '15:00')],
  ['금요일 7시 반에 민수랑 저녁 일정 잡아줘', '민수랑 저녁', at('2026-11-27', '19:30')],
  ['내일 3시 치과 예약해줘', '치과 예약', at(TOMORROW, '15:00')],
  ['일정 추가: 내일 3시 병원', '병원', at(TOMORROW, '15:00')],
  ['내일 3시에 회의 추가해줄 수 있어?', '회의', at(TOMORROW, '15:00')],
  ['내일 3시 회의 추가해줘 고마워!', '회의', at(TOMORROW, '15:00')],
  ['please add lunch tomorrow at noon, thanks!', 'lunch', at(TOMORROW, '12:00')],
  ['could you schedule "Don\'t panic" tomorrow at 3pm?', "Don't panic", at(TOMORROW, '15:00')],

  // Repetitions.
  ['매일 아침 8시에 운동 추가해 줘', '운동', { ...at(TOMORROW, '08:00'), repeat: { every: 'day' } }],
  ['내일부터 매일 7시 조깅 추가해줘', '조깅', { ...at(TOMORROW, '07:00'), repeat: { every: 'day' } }],
  [
    '매일 10시에 약 먹기 2주 동안 추가해줘',
    '약 먹기',
    { ...at('2026-11-24', '10:00'), repeat: { every: 'day', until: '2026-12-07' } },
  ],
  ['평일 9시 30분에 스탠드업 등록해 주세요', '스탠드업', { ...at('2026-11-24', '09:30'), repeat: WORKDAYS }],
  [
    '매주 화요일과 목요일 18시 30분부터 20시까지 요가 추가해줘',
    '요가',
    { ...at('2026-11-24', '18:30', 90), repeat: weekly('tue', 'thu') },
  ],
  [
    '매주 월수금 7시에 수영 12월 31일까지 추가해줘',
    '수영',
    { ...at(TOMORROW, '07:00'), repeat: { ...weekly('mon', 'wed', 'fri'), until: '2026-12-31' } },
  ],
  [
    '매주 월요일 10시 주간 회의 10번 추가해줘',
    '주간 회의',
    { ...at('2026-11-30', '10:00'), repeat: { ...weekly('mon'), count: 10 } },
  ],
  ['월요일마다 8시 반 영어 추가해줘', '영어', { ...at('2026-11-30', '08:30'), repeat: weekly('mon') }],
  [
    '격주 금요일 16시에 회고 추가해줘',
    '회고',
    { ...at('2026-11-27', '16:00'), repeat: { every: 'week', interval: 2, weekdays: ['fri'] } },
  ],
  ['매월 1일 10시에 월세 확인 추가해줘', '월세 확인', { ...at('2026-12-01', '10:00'), repeat: { every: 'month' } }],
  [
    'add standup daily at 9:15 for 15 minutes',
    'standup',
    { ...at('2026-11-24', '09:15', 15), repeat: { every: 'day' } },
  ],
  [
    'add gym every other Monday at 6 in the morning',
    'gym',
    { ...at('2026-11-30', '06:00'), repeat: { every: 'week', interval: 2, weekdays: ['mon'] } },
  ],
  ['add yoga on Mondays and Wednesdays at 7am', 'yoga', { ...at(TOMORROW, '07:00'), repeat: weekly('mon', 'wed') }],
  [
    'add payroll monthly on the 25th at 10am, 12 times',
    'payroll',
    { ...at(TOMORROW, '10:00'), repeat: { every: 'month', count: 12 } },
  ],
  [
    'can you please add yoga every Tuesday and Thursday at 18:30 for an hour and a half until December 31',
    'yoga',
    { ...at('2026-11-24', '18:30', 90), repeat: { ...weekly('tue', 'thu'), until: '2026-12-31' } },
  ],
];

test.each(PHRASES)('"%s" makes %s', async (phrase, title, expected) => {
  expect(await nextCall(contextOf(phrase))).toEqual({
    tool: 'calendar_create_event',
    arguments: { title, timeZone: 'Asia/Seoul', ...expected },
  });
});

test('the same words mean another day elsewhere, and the same day however late they are read', async () => {
  const context = contextOf('add lunch tomorrow at noon', { timeZone: 'America/New_York' });
  const { arguments: asked } = await nextCall(context);
  // It is still Monday evening there.
  expect(asked).toEqual({
    ...{ title: 'lunch', start: { date: '2026-11-24', time: '12:00' } },
    ...{ durationMinutes: 60, timeZone: 'America/New_York' },
  });
});
