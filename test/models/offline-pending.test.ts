import { describe, expect, test } from '@jest/globals';
import type { EarlierTurn, ModelContext } from '../../src/ports/model.ts';
import { ASKED_AT, contextOf, eventOf, follow, nextAnswer, nextTurn } from './support/conversation.ts';

const TOMORROW = '2026-11-25';
const CALENDAR = [
  eventOf('standup', 'Standup', TOMORROW, '09:30-09:45'),
  eventOf('standup-ko', '스탠드업', TOMORROW, '09:00-09:15'),
  eventOf('team', '팀 회의', TOMORROW, '15:00-16:00'),
  eventOf('hiring', '채용 회의', TOMORROW, '17:00-18:00'),
];

/** Says one thing after the other, a minute apart, and returns how the last one went. */
async function converse(sentences: readonly string[], change: Partial<ModelContext> = {}) {
  const earlier: EarlierTurn[] = [];
  let went = { calls: [] as { tool: string; arguments: unknown }[], answer: '' };
  for (const [minute, text] of sentences.entries()) {
    const askedAt = new Date(ASKED_AT.getTime() + minute * 60_000);
    went = await follow(contextOf(text, { askedAt, earlier: [...earlier], ...change }), CALENDAR);
    earlier.push({ text, askedAt, answer: went.answer });
  }
  return went;
}

const created = (title: string, date: string, time: string) => ({
  tool: 'calendar_create_event',
  arguments: { title, start: { date, time }, durationMinutes: 60, timeZone: 'Asia/Seoul' },
});

describe('an answer goes on with the order that we asked back about', () => {
  test.each<[string[], string, string, string]>([
    [['내일 회의 추가해줘', '3시'], '회의', TOMORROW, '15:00'],
    [['내일 회의 추가해줘', '오후 3시요'], '회의', TOMORROW, '15:00'],
    [['내일 회의 추가해줘', '3시에 해줘'], '회의', TOMORROW, '15:00'],
    [['내일 3시에 일정 추가해줘', '치과'], '치과', TOMORROW, '15:00'],
    [['회의 추가해줘', '내일', '3시'], '회의', TOMORROW, '15:00'],
    [['회의 추가해줘', '내일 3시'], '회의', TOMORROW, '15:00'],
    [['add lunch with Jordan tomorrow', 'at 1pm'], 'lunch with Jordan', TOMORROW, '13:00'],
    [['add lunch with Jordan tomorrow', '1pm'], 'lunch with Jordan', TOMORROW, '13:00'],
    [['add lunch with Jordan tomorrow, please', 'make it 1pm please.'], 'lunch with Jordan', TOMORROW, '13:00'],
    [['add an event tomorrow at 3pm', 'dentist'], 'dentist', TOMORROW, '15:00'],
    [['add a review', 'tomorrow', 'at 4pm'], 'review', TOMORROW, '16:00'],
  ])('%j adds %s', async (sentences, title, date, time) => {
    expect((await converse(sentences)).calls).toEqual([created(title, date, time)]);
  });

  test.each<[string[], string, string]>([
    [['스탠드업 삭제해줘', '내일'], 'calendar_delete_event', 'standup-ko'],
    [['delete the standup', 'tomorrow'], 'calendar_delete_event', 'standup'],
    [['내일 스탠드업 옮겨줘', '4시로'], 'calendar_update_event', 'standup-ko'],
    [["move tomorrow's standup", 'to 4pm'], 'calendar_update_event', 'standup'],
    [['내일 회의 삭제해줘', '3시'], 'calendar_delete_event', 'team'],
  ])('%j is one %s of %s', async (sentences, tool, eventId) => {
    const { calls } = await converse(sentences);
    expect(calls).toMatchObject([{ tool: 'calendar_list_events' }, { tool, arguments: { eventId } }]);
  });

  test('it asks, in words that a few words answer', async () => {
    expect(await nextAnswer(contextOf('내일 회의 추가해줘'))).toContain('몇 시에 할까요?');
    expect(await nextAnswer(contextOf('add lunch tomorrow'))).toContain('At what time?');
    expect((await converse(['회의 추가해줘', '내일'])).answer).toMatch(/^시간을 알 수 없어.*몇 시에 할까요\?/);
  });
});

describe('what is no answer stands for itself', () => {
  const OPEN = '내일 회의 추가해줘';

  test.each(['고마워', '안녕하세요', '됐어', '몇 시가 좋을까?', '아무 말이나 길게 '.repeat(20)])('%s', async (text) => {
    const { calls, answer } = await converse([OPEN, text]);
    expect(calls).toEqual([]);
    expect(answer).toContain('오프라인 도우미');
  });

  test('a request of its own', async () => {
    expect((await converse([OPEN, '이번 주 일정 보여줘'])).calls).toMatchObject([{ tool: 'calendar_list_events' }]);
    expect((await converse([OPEN, '모레 4시에 치과 추가해줘'])).calls).toEqual([
      created('치과', '2026-11-26', '16:00'),
    ]);
  });

  test('a time, when nothing was asked, or something else was said since', async () => {
    const earlier = [{ text: OPEN, askedAt: ASKED_AT, answer: '네?' }];
    expect(await nextTurn(contextOf('3시', { earlier }))).toHaveProperty('answer');
    expect((await converse([OPEN, '이번 주 일정 보여줘', '3시'])).calls).toEqual([]);
    expect((await converse([OPEN, '3시', '4시'])).calls).toEqual([]);
  });

  test('a time on the next day: "tomorrow" was another day', async () => {
    const { answer } = await converse([OPEN]);
    const earlier = [{ text: OPEN, askedAt: ASKED_AT, answer }];
    const nextDay = new Date(ASKED_AT.getTime() + 24 * 3_600_000);
    expect((await follow(contextOf('3시', { earlier, askedAt: nextDay }), CALENDAR)).calls).toEqual([]);
  });
});
