import { describe, expect, test } from '@jest/globals';

import { parseArguments } from '../../../activities/tools/index.ts';

const refused = (tool: Parameters<typeof parseArguments>[0], raw: unknown) => {
  expect(() => parseArguments(tool, raw)).toThrow(
    expect.objectContaining({ type: 'badArguments', nonRetryable: true }),
  );
};

const EVENT = {
  title: 'Lunch',
  start: { date: '2026-12-01', time: '12:00' },
  durationMinutes: 60,
  timeZone: 'Asia/Seoul',
};
/** `undefined` takes the field away. */
const but = (base: object, change: object) =>
  Object.fromEntries(Object.entries({ ...base, ...change }).filter(([, value]) => value !== undefined));
const at = (date: string, time?: string) => ({ date, ...(time === undefined ? {} : { time }) });

describe('calendar_create_event', () => {
  test.each([
    ['a duration', {}],
    ['an end', { durationMinutes: undefined, end: at('2026-12-01', '12:01') }],
    ['a whole day', { durationMinutes: undefined, start: at('2026-12-01') }],
    ['whole days', { durationMinutes: undefined, start: at('2026-12-01'), end: at('2027-01-01') }],
    ['a title of 300', { title: 'x'.repeat(300) }],
    ['a week', { durationMinutes: 10_080 }],
    ['a place', { location: '회의실 3' }],
    ['every day', { repeat: { every: 'day' } }],
    ['every third week on its own weekday', { repeat: { every: 'week', interval: 3, weekdays: ['tue', 'fri'] } }],
    ['every month until its first day', { repeat: { every: 'month', until: '2026-12-01' } }],
    ['730 times', { repeat: { every: 'day', count: 730 } }],
  ])('takes %s as it is', (_name, change) => {
    const raw = but(EVENT, change);
    const parsed = parseArguments('calendar_create_event', raw);
    expect(parsed).toEqual(raw);
    expect(parseArguments('calendar_create_event', parsed)).toEqual(parsed);
  });

  test('takes the spaces around a title away', () => {
    expect(parseArguments('calendar_create_event', { ...EVENT, title: ' Lunch\n' })).toEqual(EVENT);
  });

  test.each([
    ['no title', { title: undefined }],
    ['a title of spaces', { title: '  ' }],
    ['a title of 301', { title: 'x'.repeat(301) }],
    ['a title in two lines', { title: 'a\nb' }],
    ['a title that is a number', { title: 7 }],
    ['no start', { start: undefined }],
    ['a day that does not exist', { start: at('2026-02-30', '12:00') }],
    ['a day long ago', { start: at('1999-12-31', '12:00') }],
    ['a day far ahead', { start: at('2101-01-01', '12:00') }],
    ['an hour that does not exist', { start: at('2026-12-01', '24:00') }],
    ['a minute that does not exist', { start: at('2026-12-01', '12:60') }],
    ['a time in words', { start: at('2026-12-01', 'noon') }],
    ['an unknown field of the start', { start: { ...EVENT.start, zone: 'UTC' } }],
    ['no time zone', { timeZone: undefined }],
    ['a time zone that does not exist', { timeZone: 'Mars/Olympus' }],
    ['an offset as a time zone', { timeZone: '+09:00' }],
    ['neither end nor duration', { durationMinutes: undefined }],
    ['both end and duration', { end: at('2026-12-01', '13:00') }],
    ['no minutes', { durationMinutes: 0 }],
    ['half minutes', { durationMinutes: 0.5 }],
    ['more than a week', { durationMinutes: 10_081 }],
    ['an end at its start', { durationMinutes: undefined, end: at('2026-12-01', '12:00') }],
    ['an end before its start', { durationMinutes: undefined, end: at('2026-11-30', '13:00') }],
    ['an end after 31 days', { durationMinutes: undefined, end: at('2027-01-02', '12:00') }],
    ['an end without a time', { durationMinutes: undefined, end: at('2026-12-02') }],
    [
      'a whole day that ends at a time',
      { durationMinutes: undefined, start: at('2026-12-01'), end: at('2026-12-02', '12:00') },
    ],
    ['a whole day of minutes', { start: at('2026-12-01') }],
    [
      'a whole day that ends with its start',
      { durationMinutes: undefined, start: at('2026-12-01'), end: at('2026-12-01') },
    ],
    ['an empty place', { location: '' }],
    ['an unknown field', { attendees: ['a@example.com'] }],
    ['a name that objects have', { constructor: 'x' }],
    ['every year', { repeat: { every: 'year' } }],
    ['an interval of 0', { repeat: { every: 'day', interval: 0 } }],
    ['an interval of 100', { repeat: { every: 'day', interval: 100 } }],
    ['weekdays of days', { repeat: { every: 'day', weekdays: ['tue'] } }],
    ['no weekdays', { repeat: { every: 'week', weekdays: [] } }],
    ['a weekday twice', { repeat: { every: 'week', weekdays: ['tue', 'tue'] } }],
    ['weekdays that are not the first day', { repeat: { every: 'week', weekdays: ['mon'] } }],
    ['731 times', { repeat: { every: 'day', count: 731 } }],
    ['a count and a last day', { repeat: { every: 'day', count: 2, until: '2026-12-31' } }],
    ['a last day before the first', { repeat: { every: 'day', until: '2026-11-30' } }],
    ['a rule of its own', { repeat: 'RRULE:FREQ=DAILY' }],
  ])('refuses %s', (_name, change) => refused('calendar_create_event', but(EVENT, change)));
});

describe('calendar_update_event', () => {
  const UPDATE = { eventId: 'abcde_20261201T030000Z', title: 'Late lunch' };
  const moved = { start: at('2026-12-01', '16:00'), timeZone: 'Asia/Seoul' };

  test.each([
    ['a title', {}],
    ['a place alone', { title: undefined, location: 'Cafe' }],
    ['a start that keeps the length', { title: undefined, ...moved }],
    ['a start and an end', { ...moved, end: at('2026-12-01', '18:00') }],
    ['a start and a duration', { ...moved, durationMinutes: 15 }],
    ['a whole day', { start: at('2026-12-01'), timeZone: 'UTC' }],
    ['what was shown', { shown: { title: '', start: '2026-12-01T12:00:00+09:00' } }],
    ['a whole day that was shown', { shown: { title: 'Lunch', start: '2026-12-01' } }],
  ])('takes %s as it is', (_name, change) => {
    expect(parseArguments('calendar_update_event', but(UPDATE, change))).toEqual(but(UPDATE, change));
  });

  test.each([
    ['no event', { eventId: undefined }],
    ['an event of another path', { eventId: '../calendars/x' }],
    ['an empty id', { eventId: '' }],
    ['nothing to change', { title: undefined }],
    ['nothing but what was shown', { title: undefined, shown: { title: 'Lunch', start: '2026-12-01' } }],
    ['a start without a zone', { start: moved.start }],
    ['a zone without a start', { timeZone: 'Asia/Seoul' }],
    ['an end without a start', { end: at('2026-12-01', '18:00') }],
    ['a duration without a start', { durationMinutes: 60 }],
    ['an end before the start', { ...moved, end: at('2026-12-01', '15:00') }],
    ['an end and a duration', { ...moved, end: at('2026-12-01', '18:00'), durationMinutes: 60 }],
    ['a repetition', { repeat: { every: 'day' } }],
    ['a moment without a zone that was shown', { shown: { title: 'Lunch', start: '2026-12-01T12:00:00' } }],
  ])('refuses %s', (_name, change) => refused('calendar_update_event', but(UPDATE, change)));
});

describe('calendar_delete_event', () => {
  test('takes an id, and what was shown', () => {
    const asked = { eventId: 'abcde', shown: { title: 'Lunch', start: '2026-12-01' } };
    expect(parseArguments('calendar_delete_event', asked)).toEqual(asked);
  });

  test.each([
    ['no id', {}],
    ['several ids', { eventId: ['abcde', 'fghij'] }],
    ['every event', { eventId: '*' }],
    ['an unknown field', { eventId: 'abcde', all: true }],
    ['nothing', null],
  ])('refuses %s', (_name, raw) => refused('calendar_delete_event', raw));
});
