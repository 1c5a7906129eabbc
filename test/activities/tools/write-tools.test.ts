import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createTools } from '../../../activities/tools/index.ts';
import type { WriteContext, WriteTool } from '../../../activities/tools/tool.ts';
import type { EmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { createEmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { SCOPES } from '../../../src/domain/scopes.ts';
import { TOOLS, type ToolName } from '../../../src/domain/tools.ts';
import type { Calendar } from '../../../src/ports/calendar.ts';
import { createGoogleCalendar } from '../../../src/providers/google/google-calendar.ts';
import { createGoogleClient, type GoogleClient } from '../../providers/google/google-client.ts';
import { CLIENT } from '../../providers/google/peers/google-peer.ts';

const EVENTS = '/calendar/v3/calendars/primary/events';
const ACCOUNT = 'minji@example.com';
const KEY = createHash('sha256').update('request/1.1').digest('hex');
const OTHER_KEY = createHash('sha256').update('request/2.1').digest('hex');
const LUNCH = {
  title: 'Lunch',
  start: { date: '2026-12-01', time: '12:00' },
  durationMinutes: 60,
  timeZone: 'Asia/Seoul',
};

let google: EmulatedGoogle;
let client: GoogleClient;
let calendar: Calendar;
let context: WriteContext;

beforeEach(async () => {
  google = await createEmulatedGoogle({ ...CLIENT, port: 0, dataFolder: null, redirectUris: [CLIENT.redirectUri] });
  client = createGoogleClient(google.url);
  calendar = createGoogleCalendar({ baseUrl: google.url, timeoutMs: 5_000 });
  const { access_token: accessToken } = await client.tokensOf({ account: ACCOUNT }, [SCOPES.calendarEvents]);
  context = { accessToken, account: ACCOUNT, effectKey: KEY, signal: AbortSignal.timeout(20_000) };
});
afterEach(() => google.close());

function write(name: ToolName, parts = calendar): WriteTool {
  const tool = createTools({ calendar: parts })[name];
  if (!tool.writes || 'start' in tool) throw new Error(`${name} does not write`);
  return tool;
}
/** What the provider did, counted by the provider. */
async function effects(): Promise<string[]> {
  const { effects: all } = (await client.control('GET', 'ledger')) as { effects: { kind: string }[] };
  return all.map(({ kind }) => kind).filter((kind) => kind !== 'list');
}
const lose = (method: string) =>
  client.control('POST', 'faults', { path: EVENTS, method, status: 500, afterEffect: true });
const made = async () =>
  ((await write('calendar_create_event').send(LUNCH, { ...context, effectKey: OTHER_KEY })) as Result).event!;
interface Result {
  account: string;
  event: { id: string; title: string; start: string; end: string } | null;
}

test('what the tools do agrees with what the rest of the system knows of them', () => {
  const tools = createTools({ calendar });
  const known = Object.entries(TOOLS).map(([name, { writes }]) => [name, writes]);
  expect(Object.entries(tools).map(([name, { writes }]) => [name, writes])).toEqual(known);
  for (const { needs, writes, provider } of Object.values(TOOLS)) {
    if (provider === null) expect(needs).toEqual([]);
    else expect(needs).toEqual([writes ? SCOPES.calendarEvents : SCOPES.calendarEventsRead]);
  }
});

describe('calendar_create_event', () => {
  const tool = () => write('calendar_create_event');

  test('is found only after it was sent, and tells what it made on which account', async () => {
    expect(await tool().find(LUNCH, context)).toBeNull();
    const result = await tool().send(LUNCH, context);
    expect(result).toEqual({
      account: ACCOUNT,
      event: expect.objectContaining({
        ...{ id: `panager${KEY}`, title: 'Lunch' },
        ...{ start: '2026-12-01T12:00:00+09:00', end: '2026-12-01T13:00:00+09:00' },
      }),
    });
    expect(await tool().find(LUNCH, context)).toEqual(result);
    expect(await tool().find(LUNCH, { ...context, effectKey: OTHER_KEY })).toBeNull();
  });

  test('sent twice, also at the same time, is one event', async () => {
    const [first, second] = await Promise.all([tool().send(LUNCH, context), tool().send(LUNCH, context)]);
    expect(second).toEqual(first);
    expect(await tool().send(LUNCH, context)).toEqual(first);
    expect(await effects()).toEqual(['insert']);
  });

  test('made although an error came back, is found, and is not made again', async () => {
    await lose('POST');
    await expect(tool().send(LUNCH, context)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await tool().find(LUNCH, context)).toMatchObject({ event: { title: 'Lunch' } });
    expect(await tool().send(LUNCH, context)).toMatchObject({ event: { title: 'Lunch' } });
    expect(await effects()).toEqual(['insert']);
  });

  test('deleted by the person meanwhile, is not made again', async () => {
    await tool().send(LUNCH, context);
    await calendar.deleteEvent(context.accessToken, `panager${KEY}`, context.signal);
    expect(await tool().find(LUNCH, context)).toBeNull();
    expect(await tool().send(LUNCH, context)).toEqual({ account: ACCOUNT, event: null });
    expect(await effects()).toEqual(['insert', 'delete']);
  });

  test.each([
    ['an end', { end: { date: '2026-12-02', time: '01:00' } }, '2026-12-01T12:00', '2026-12-02T01:00'],
    ['a length over midnight', { durationMinutes: 13 * 60 }, '2026-12-01T12:00', '2026-12-02T01:00'],
    ['a whole day', { start: { date: '2026-12-01' } }, '2026-12-01', '2026-12-02'],
    ['whole days', { start: { date: '2026-12-01' }, end: { date: '2026-12-04' } }, '2026-12-01', '2026-12-04'],
  ])('takes %s', async (_name, times, start, end) => {
    const { durationMinutes: _, ...rest } = LUNCH;
    const { event } = (await tool().send({ ...rest, ...times }, context)) as Result;
    expect([event!.start, event!.end].map((each) => each.slice(0, start.length))).toEqual([start, end]);
  });

  test('repeats', async () => {
    const repeat = { every: 'week', weekdays: ['thu', 'tue'], count: 3 };
    await tool().send({ ...LUNCH, repeat, location: 'Cafe' }, context);
    const range = { from: '2026-12-01', to: '2026-12-31' };
    const { events } = await calendar.listEvents(context.accessToken, range, context.signal);
    const lunches = events.filter(({ title }) => title === 'Lunch');
    expect(lunches.map(({ start }) => start.slice(0, 10))).toEqual(['2026-12-01', '2026-12-03', '2026-12-08']);
    expect(lunches[0]).toMatchObject({ oneOfSeries: true, location: 'Cafe' });
  });
});

describe('calendar_update_event', () => {
  const tool = () => write('calendar_update_event');
  const at4 = { start: { date: '2026-12-02', time: '16:00' }, timeZone: 'Asia/Seoul' };

  test('is found only after it was sent, and keeps the length', async () => {
    const asked = { eventId: (await made()).id, ...at4 };
    expect(await tool().find(asked, context)).toBeNull();
    const result = await tool().send(asked, context);
    expect(result).toMatchObject({
      account: ACCOUNT,
      event: { title: 'Lunch', start: '2026-12-02T16:00:00+09:00', end: '2026-12-02T17:00:00+09:00' },
    });
    expect(await tool().find(asked, context)).toEqual(result);
  });

  test('sent twice, also at the same time, is one change', async () => {
    const asked = { eventId: (await made()).id, title: 'Late lunch', location: 'Cafe' };
    const [first, second] = await Promise.all([tool().send(asked, context), tool().send(asked, context)]);
    expect(second).toEqual(first);
    await tool().send(asked, context);
    expect(await effects()).toEqual(['insert', 'patch']);
  });

  test('done although an error came back, is found, and is not done again', async () => {
    const asked = { eventId: (await made()).id, ...at4 };
    await lose('PATCH');
    await expect(tool().send(asked, context)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await tool().find(asked, context)).toMatchObject({ event: { start: '2026-12-02T16:00:00+09:00' } });
    await tool().send(asked, context);
    expect(await effects()).toEqual(['insert', 'patch']);
  });

  test('does not undo a later change when it is sent again', async () => {
    const { id: eventId } = await made();
    await tool().send({ eventId, title: 'First' }, context);
    await tool().send({ eventId, title: 'Second' }, { ...context, effectKey: 'ab'.repeat(32) });
    expect(await tool().send({ eventId, title: 'First' }, context)).toMatchObject({ event: { title: 'Second' } });
    expect(await effects()).toEqual(['insert', 'patch', 'patch']);
  });

  test('keeps what somebody else changed between the look and the change', async () => {
    const { id: eventId } = await made();
    let others = 1;
    const overtaken: Calendar = {
      ...calendar,
      async findEvent(...looked) {
        const found = await calendar.findEvent(...looked);
        if (others-- > 0) await client.api('PATCH', `${EVENTS}/${eventId}`, context.accessToken, { location: 'Park' });
        return found;
      },
    };
    const asked = { eventId, title: 'Picnic' };
    expect(await write('calendar_update_event', overtaken).send(asked, context)).toMatchObject({
      event: { title: 'Picnic', location: 'Park' },
    });
    others = 99;
    const again = { ...context, effectKey: 'cd'.repeat(32) };
    await expect(write('calendar_update_event', overtaken).send(asked, again)).rejects.toMatchObject({
      kind: 'conflict',
    });
  });

  test('turns hours into a whole day and a whole day into an hour', async () => {
    const { id: eventId } = await made();
    const change = async (start: object, effectKey: string) =>
      ((await tool().send({ eventId, start, timeZone: 'Asia/Seoul' }, { ...context, effectKey })) as Result).event;
    expect(await change({ date: '2026-12-05' }, '1')).toMatchObject({ start: '2026-12-05', end: '2026-12-06' });
    expect(await change({ date: '2026-12-07' }, '2')).toMatchObject({ start: '2026-12-07', end: '2026-12-08' });
    expect(await change({ date: '2026-12-07', time: '10:00' }, '3')).toMatchObject({
      ...{ start: '2026-12-07T10:00:00+09:00', end: '2026-12-07T11:00:00+09:00' },
    });
  });

  test('of an event that is gone is not found', async () => {
    const { id: eventId } = await made();
    await calendar.deleteEvent(context.accessToken, eventId, context.signal);
    expect(await tool().find({ eventId, title: 'x' }, context)).toBeNull();
    await expect(tool().send({ eventId, title: 'x' }, context)).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('calendar_delete_event', () => {
  const tool = () => write('calendar_delete_event');

  test('tells what it deleted, and is found by the event being gone', async () => {
    const event = await made();
    expect(await tool().find({ eventId: event.id }, context)).toBeNull();
    expect(await tool().send({ eventId: event.id }, context)).toEqual({ account: ACCOUNT, event });
    expect(await tool().find({ eventId: event.id }, context)).toEqual({ account: ACCOUNT, event: null });
    expect(await tool().send({ eventId: event.id }, context)).toEqual({ account: ACCOUNT, event: null });
    expect(await effects()).toEqual(['insert', 'delete']);
  });

  test('sent twice at the same time, and done although an error came back, is one deletion', async () => {
    const { id: eventId } = await made();
    await lose('DELETE');
    await Promise.allSettled([tool().send({ eventId }, context), tool().send({ eventId }, context)]);
    await tool().send({ eventId }, context);
    expect(await effects()).toEqual(['insert', 'delete']);
  });
});

describe('an event that was shown to the person', () => {
  const shown = { title: 'Lunch', start: '2026-12-01T03:00:00Z' };

  test('is changed and deleted while it is as it was shown', async () => {
    const { id: eventId } = await made();
    const update = { eventId, shown, location: 'Cafe' };
    expect(await write('calendar_update_event').send(update, context)).toMatchObject({ event: { location: 'Cafe' } });
    expect(await write('calendar_delete_event').send({ eventId, shown }, context)).toMatchObject({
      event: { id: eventId },
    });
  });

  test.each([
    ['title', { summary: 'Lunch with the board' }],
    ['time', { start: { dateTime: '2026-12-01T13:00:00+09:00' }, end: { dateTime: '2026-12-01T14:00:00+09:00' } }],
  ])('is left alone when it has another %s by now', async (_name, change) => {
    const { id: eventId } = await made();
    await client.api('PATCH', `${EVENTS}/${eventId}`, context.accessToken, change);
    const conflict = { kind: 'conflict' };
    await expect(write('calendar_update_event').send({ eventId, shown, title: 'x' }, context)).rejects.toMatchObject(
      conflict,
    );
    await expect(write('calendar_delete_event').send({ eventId, shown }, context)).rejects.toMatchObject(conflict);
    expect(await effects()).toEqual(['insert', 'patch']);
  });

  test('is found as changed although our change made it another one', async () => {
    const asked = { eventId: (await made()).id, shown, title: 'Late lunch' };
    await write('calendar_update_event').send(asked, context);
    expect(await write('calendar_update_event').send(asked, context)).toMatchObject({ event: { title: 'Late lunch' } });
  });
});
