import { expect, test } from '@jest/globals';
import { pageTexts, type Language } from '../../src/domain/texts/page.ts';
import { callWords } from '../../src/web/call-words.ts';
import { aPreview } from './support/samples.ts';

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const NEXT_YEAR = new Date().getFullYear() + 1;

const told = (tool: string, args: object, language: Language = 'ko') =>
  callWords({ tool, preview: aPreview(tool, args) }, language, pageTexts(language));
const linesOf = (...asked: Parameters<typeof told>) =>
  Object.fromEntries(told(...asked).lines.map(({ label, value }) => [label, value]));

const day = (date: string) => ({ date: `${NEXT_YEAR}-${date}` });
const at = (date: string, time: string) => ({ ...day(date), time });
const event = { title: '회의', timeZone: HERE };

test('an event has its title, its times and its place in words', () => {
  const args = { ...event, start: at('03-02', '15:00'), end: at('03-02', '16:30'), location: '회의실 A' };
  expect(linesOf('calendar_create_event', args)).toEqual({
    제목: '회의',
    시간: expect.stringMatching(new RegExp(`^${NEXT_YEAR}년 3월 2일 \\(.\\) 오후 3:00 – 오후 4:30$`)),
    장소: '회의실 A',
  });
  expect(linesOf('calendar_create_event', args, 'en')).toMatchObject({
    Title: '회의',
    Time: expect.stringMatching(new RegExp(`Mar 2, ${NEXT_YEAR}, 3:00.PM – 4:30.PM$`)),
  });
  expect(told('calendar_create_event', args).whole).toBe(true);
});

test('an event over midnight names both days, and one with a length its length', () => {
  const over = linesOf('calendar_create_event', { ...event, start: at('03-02', '23:00'), end: at('03-03', '01:00') });
  expect(over['시간']).toMatch(/3월 2일 .* 오후 11:00 – .*3월 3일 .* 오전 1:00$/);
  const long = linesOf('calendar_create_event', { ...event, start: at('03-02', '15:00'), durationMinutes: 90 });
  expect(long['시간']).toMatch(/오후 3:00\u00a0· 90분$/);
});

test('whole days end on their last day, not on the day after it', () => {
  const one = linesOf('calendar_create_event', { ...event, start: day('03-02'), end: day('03-03') });
  expect(one['시간']).toMatch(/^\d{4}년 3월 2일 \(.\) 종일$/);
  expect(linesOf('calendar_create_event', { ...event, start: day('03-02') })).toEqual(one);
  const three = linesOf('calendar_create_event', { ...event, start: day('02-27'), end: day('03-02') });
  expect(three['시간']).toMatch(/2월 27일 .* – .* 3월 1일 \(.\) 종일$/);
});

test('a time zone is told when it is not the one of who reads', () => {
  const args = { ...event, start: at('03-02', '15:00'), durationMinutes: 60 };
  const elsewhere = HERE === 'America/New_York' ? 'Asia/Seoul' : 'America/New_York';
  expect(linesOf('calendar_create_event', args)).not.toHaveProperty('시간대');
  expect(linesOf('calendar_create_event', { ...args, timeZone: elsewhere })).toMatchObject({ 시간대: elsewhere });
});

test.each([
  [{ every: 'day' }, '매일', 'every day'],
  [{ every: 'week', weekdays: ['mon', 'wed'] }, '매주 월, 수', 'every week on Mon, Wed'],
  [{ every: 'week', interval: 2, count: 10 }, '2주마다\u00a0· 10번', 'every 2 weeks\u00a0· 10 times'],
  [{ every: 'month', interval: 1 }, '매월', 'every month'],
])('the repetition %j is told', (repeat, ko, en) => {
  const args = { ...event, start: at('03-02', '15:00'), durationMinutes: 60, repeat };
  expect(linesOf('calendar_create_event', args)['반복']).toBe(ko);
  expect(linesOf('calendar_create_event', args, 'en')['Repeats']).toBe(en);
  expect(told('calendar_create_event', args).whole).toBe(true);
});

test('a repetition tells its last day', () => {
  const repeat = { every: 'week', until: `${NEXT_YEAR}-06-30` };
  const args = { ...event, start: at('03-02', '15:00'), durationMinutes: 60, repeat };
  expect(linesOf('calendar_create_event', args)['반복']).toMatch(/^매주\u00a0· \d{4}년 6월 30일 \(.\)까지$/);
});

const shown = { title: '스탠드업', start: `${NEXT_YEAR}-03-02` };

test('a change tells the event as it was shown, and what becomes new', () => {
  const args = { eventId: 'abc', shown, title: '주간 회의', start: at('03-03', '10:00'), timeZone: HERE };
  expect(linesOf('calendar_update_event', args)).toEqual({
    일정: expect.stringMatching(/^스탠드업\u00a0· \d{4}년 3월 2일 \(.\)$/),
    '새 제목': '주간 회의',
    '새 시간': expect.stringMatching(/3월 3일 .* 오전 10:00$/),
  });
  expect(told('calendar_update_event', args).whole).toBe(true);
});

test('a deletion tells what is deleted; with nothing but an id its exact text has to be in view', () => {
  expect(linesOf('calendar_delete_event', { eventId: 'abc', shown })).toEqual({
    일정: expect.stringContaining('스탠드업'),
  });
  expect(told('calendar_delete_event', { eventId: 'abc', shown }).whole).toBe(true);
  expect(told('calendar_delete_event', { eventId: 'abc' })).toEqual({ lines: [], whole: false });
});

test.each<[string, object]>([
  ['an argument without words', { guests: ['a@example.com'] }],
  ['a day that does not exist', { start: { date: '2027-02-31', time: '15:00' } }],
  ['a time that does not exist', { start: { date: '2027-02-01', time: '25:00' } }],
  ['an end of another kind than the start', { end: day('03-04') }],
  ['an end that is a text', { end: '16:00' }],
  ['an end and a length', { end: at('03-02', '17:00') }],
  ['a length that is a text', { durationMinutes: '60' }],
  ['a title that is a list', { title: ['회의'] }],
  ['a repetition with an unknown part', { repeat: { every: 'week', except: ['2027-03-09'] } }],
  ['a repetition on an unknown day', { repeat: { every: 'week', weekdays: ['someday'] } }],
  ['a repetition by the hour', { repeat: { every: 'hour' } }],
])('AG-1: with %s the words are not whole, and nothing breaks', (_what, change) => {
  const args = { ...event, start: at('03-02', '15:00'), durationMinutes: 60 };
  expect(told('calendar_create_event', args).whole).toBe(true);
  expect(told('calendar_create_event', { ...args, ...change }).whole).toBe(false);
});

test.each<[string, string]>([
  ['no JSON', 'calendar_create_event'],
  ['nothing', ''],
  ['a list', '[]'],
  ['another tool', aPreview('calendar_delete_event', event)],
  ['no arguments', '{"tool":"calendar_create_event"}'],
  ['a list of arguments', '{"tool":"calendar_create_event","arguments":[]}'],
])('AG-1: a preview that is %s has no words', (_what, preview) => {
  const words = callWords({ tool: 'calendar_create_event', preview }, 'ko', pageTexts('ko'));
  expect(words).toEqual({ lines: [], whole: false });
});

test('AG-1: a character that was made visible in the preview is visible in the words', () => {
  const preview = aPreview('calendar_create_event', { ...event, title: '회의@취소' }).replace('@', '\\u{202e}');
  const { lines } = callWords({ tool: 'calendar_create_event', preview }, 'ko', pageTexts('ko'));
  expect(lines[0]?.value).toBe('회의\\u{202e}취소');
  // Written by hand it has its backslash escaped, and stays what it is.
  const written = { ...event, title: '회의\\u{202e}취소' };
  expect(linesOf('calendar_create_event', written)['제목']).toBe(written.title);
});
