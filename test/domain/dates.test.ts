import { expect, test } from '@jest/globals';

import { instantOfWallClock } from '../../infra/local/google/zoned-time.ts';
import {
  addDays,
  addMinutes,
  instantOf,
  isTimeZone,
  localDate,
  localTime,
  mondayOf,
  touches,
  weekdayOf,
} from '../../src/domain/dates.ts';

test('a moment has its date and time on the clocks of a zone', () => {
  const moment = new Date('2026-11-23T15:05:00Z');
  expect([localDate(moment, 'Asia/Seoul'), localTime(moment, 'Asia/Seoul')]).toEqual(['2026-11-24', '00:05']);
  expect([localDate(moment, 'America/New_York'), localTime(moment, 'America/New_York')]).toEqual([
    '2026-11-23',
    '10:05',
  ]);
});

test.each([
  ['an ordinary day', '2026-12-01', '15:00', 'Asia/Seoul', '2026-12-01T06:00:00.000Z'],
  ['before the spring switch', '2026-03-08', '01:30', 'America/New_York', '2026-03-08T06:30:00.000Z'],
  ['in the hour that the switch skips', '2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['after the spring switch', '2026-03-08', '03:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['shown twice in autumn', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
  ['shown twice in autumn', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['in the hour that the switch skips', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['after the autumn switch', '2026-11-01', '03:00', 'America/New_York', '2026-11-01T08:00:00.000Z'],
  ['a zone with three quarters', '2026-12-01', '00:00', 'Asia/Kathmandu', '2026-11-30T18:15:00.000Z'],
])('a clock time is a moment: %s', (_name, date, time, zone, expected) => {
  expect(instantOf({ date, time }, zone).toISOString()).toBe(expected);
});

test('minutes pass as time does, over midnight and over a switch of clocks', () => {
  expect(addMinutes({ date: '2026-12-31', time: '23:30' }, 60, 'Asia/Seoul')).toEqual({
    date: '2027-01-01',
    time: '00:30',
  });
  expect(addMinutes({ date: '2026-03-08', time: '01:30' }, 60, 'America/New_York')).toEqual({
    date: '2026-03-08',
    time: '03:30',
  });
});

test('weeks start on Monday', () => {
  expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([0, 6]);
  expect([mondayOf('2026-11-23'), mondayOf('2026-11-29')]).toEqual(['2026-11-23', '2026-11-23']);
});

test.each([
  ['Asia/Seoul', true],
  ['UTC', true],
  ['Mars/Olympus', false],
  ['+09:00', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test('touching local dates agrees with the moments of midnight, in every kind of zone', () => {
  const zones = ['Asia/Seoul', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu'];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  let touched = 0;
  for (let round = 0; round < 3_000; round++) {
    const zone = zones[random(zones.length)]!;
    const from = addDays('2026-01-01', random(365));
    const to = addDays(from, 1 + random(3));
    const start = Date.parse(`${from}T00:00:00Z`) + (random(7 * 24) - 72) * 1_800_000;
    const end = start + random(60) * 1_800_000;
    const [min, max] = [from, to].map((date) => instantOfWallClock(`${date}T00:00:00`, zone));
    const iso = (instant: number) => new Date(instant).toISOString();
    const each = { start: iso(start), end: iso(end), allDay: false };
    const expected = start < (max ?? 0) && (end > (min ?? 0) || start >= (min ?? 0));
    expect([zone, from, to, each.start, each.end, touches(each, from, to, zone)]).toEqual([
      ...[zone, from, to, each.start, each.end],
      expected,
    ]);
    if (expected) touched++;
  }
  expect(touched).toBeGreaterThan(500);
  expect(touched).toBeLessThan(2_500);
});
