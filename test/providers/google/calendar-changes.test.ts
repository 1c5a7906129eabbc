import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { afterAll, afterEach, beforeEach, beforeAll, describe, expect, test } from '@jest/globals';

import type { EmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { createEmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { SCOPES } from '../../../src/domain/scopes.ts';
import type { Calendar, NewEvent } from '../../../src/ports/calendar.ts';
import { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { createGoogleCalendar } from '../../../src/providers/google/google-calendar.ts';
import { createGoogleOAuth } from '../../../src/providers/google/google-oauth.ts';
import type { Script, ScriptedServer } from '../oauth/scripted-server.ts';
import { answer, halfJson, hang, reset, startScriptedServer, truncate } from '../oauth/scripted-server.ts';
import { createGoogleClient } from './google-client.ts';
import { startEmulatorsGooglePeer } from './peers/emulators-google-peer.ts';
import { CLIENT } from './peers/google-peer.ts';

const inTime = () => AbortSignal.timeout(5_000);
/** A Tuesday. */
const NOW = Date.parse('2026-11-24T09:00:00+09:00');

const SEOUL = 'Asia/Seoul';
const at = (date: string, start: string, end: string, timeZone = SEOUL): NewEvent['times'] => ({
  ...{ allDay: false, timeZone, start: { date, time: start }, end: { date, time: end } },
});
const LUNCH: NewEvent = {
  id: 'panager0001',
  title: 'Lunch',
  times: at('2026-12-01', '12:00', '13:00'),
  location: 'Cafe',
  repeat: null,
  effects: ['key-1'],
};

describe('against the practice Google', () => {
  let google: EmulatedGoogle;
  let calendar: Calendar;
  let token: string;

  beforeEach(async () => {
    const options = { ...CLIENT, port: 0, dataFolder: null, redirectUris: [CLIENT.redirectUri], now: () => NOW };
    google = await createEmulatedGoogle(options);
    calendar = createGoogleCalendar({ baseUrl: google.url, timeoutMs: 5_000 });
    const walk = { account: 'minji@example.com' };
    token = (await createGoogleClient(google.url).tokensOf(walk, [SCOPES.calendarEvents])).access_token;
  });
  afterEach(() => google.close());

  const effects = async () => {
    const { effects: all } = (await createGoogleClient(google.url).control('GET', 'ledger')) as {
      effects: { kind: string; eventId: string | null }[];
    };
    return all.filter(({ kind }) => kind !== 'list').map(({ kind, eventId }) => `${kind} ${eventId}`);
  };
  const starts = async (from: string, to: string, title: string) => {
    const { events } = await calendar.listEvents(token, { from, to }, inTime());
    return events.filter((event) => event.title === title).map(({ start }) => start);
  };

  test('an event is made under our id, found with our mark, and its id is taken for ever', async () => {
    const made = await calendar.createEvent(token, LUNCH, inTime());
    expect(made).toEqual({
      id: 'panager0001',
      title: 'Lunch',
      start: '2026-12-01T12:00:00+09:00',
      end: '2026-12-01T13:00:00+09:00',
      allDay: false,
      location: 'Cafe',
      oneOfSeries: false,
    });
    const found = await calendar.findEvent(token, LUNCH.id, inTime());
    expect(found).toEqual({ event: made, version: expect.any(String), effects: ['key-1'] });
    await expect(calendar.createEvent(token, LUNCH, inTime())).rejects.toMatchObject({ kind: 'conflict' });

    await calendar.deleteEvent(token, LUNCH.id, inTime());
    expect(await calendar.findEvent(token, LUNCH.id, inTime())).toBeNull();
    await calendar.deleteEvent(token, LUNCH.id, inTime());
    await calendar.deleteEvent(token, 'never0there', inTime());
    await expect(calendar.createEvent(token, LUNCH, inTime())).rejects.toMatchObject({ kind: 'conflict' });
    expect(await calendar.findEvent(token, 'never0there', inTime())).toBeNull();
    expect(await effects()).toEqual(['insert panager0001', 'delete panager0001']);
  });

  test('a change touches what it names, marks the event, and needs the version that was looked at', async () => {
    await calendar.createEvent(token, LUNCH, inTime());
    const version = async () => (await calendar.findEvent(token, LUNCH.id, inTime()))!.version;
    const seen = await version();
    const change = { ifVersion: seen, effects: ['key-1', 'key-2'], times: at('2026-12-02', '16:00', '16:30') };
    expect(await calendar.updateEvent(token, LUNCH.id, change, inTime())).toMatchObject({
      ...{ title: 'Lunch', location: 'Cafe' },
      ...{ start: '2026-12-02T16:00:00+09:00', end: '2026-12-02T16:30:00+09:00' },
    });
    expect(await calendar.findEvent(token, LUNCH.id, inTime())).toMatchObject({ effects: ['key-1', 'key-2'] });
    await expect(calendar.updateEvent(token, LUNCH.id, change, inTime())).rejects.toMatchObject({ kind: 'conflict' });

    const wholeDay = { allDay: true, start: '2026-12-03', end: '2026-12-05' } as const;
    const renamed = {
      ifVersion: await version(),
      effects: ['key-3'],
      title: 'Trip',
      times: wholeDay,
      location: 'Busan',
    };
    expect(await calendar.updateEvent(token, LUNCH.id, renamed, inTime())).toMatchObject({
      ...{ title: 'Trip', location: 'Busan', allDay: true, start: '2026-12-03', end: '2026-12-05' },
    });
    const back = { ifVersion: await version(), effects: [], times: LUNCH.times };
    expect(await calendar.updateEvent(token, LUNCH.id, back, inTime())).toMatchObject({ allDay: false });
    expect(await calendar.findEvent(token, LUNCH.id, inTime())).toMatchObject({ effects: [] });

    await calendar.deleteEvent(token, LUNCH.id, inTime());
    await expect(calendar.updateEvent(token, 'never0there', change, inTime())).rejects.toMatchObject({
      kind: 'notFound',
      status: 404,
    });
    await expect(calendar.updateEvent(token, LUNCH.id, { ...change, ifVersion: '*' }, inTime())).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  test('an event keeps the eight newest marks', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
    await calendar.createEvent(token, { ...LUNCH, effects: keys }, inTime());
    expect((await calendar.findEvent(token, LUNCH.id, inTime()))!.effects).toEqual(keys.slice(2));
  });

  const repeat = { every: 'day', interval: 1, weekdays: [], count: null, until: null } as const;
  test.each([
    ['every day, three times', { ...repeat, count: 3 }, ['2026-12-01', '2026-12-02', '2026-12-03']],
    [
      'every second day until a day',
      { ...repeat, interval: 2, until: '2026-12-05' },
      ['2026-12-01', '2026-12-03', '2026-12-05'],
    ],
    [
      'on two weekdays',
      { ...repeat, every: 'week', weekdays: [1, 3], count: 3 },
      ['2026-12-01', '2026-12-03', '2026-12-08'],
    ],
    ['every month', { ...repeat, every: 'month', count: 2 }, ['2026-12-01', '2027-01-01']],
  ] as const)('an event repeats %s', async (_name, rule, expected) => {
    for (const timeZone of [SEOUL, 'America/New_York']) {
      const times = at('2026-12-01', '09:00', '09:15', timeZone);
      const id = `panager${timeZone.length}`;
      await calendar.createEvent(token, { ...LUNCH, id, title: timeZone, times, repeat: { ...rule } }, inTime());
      const december = await starts('2026-12-01', '2027-01-01', timeZone);
      const january = await starts('2027-01-01', '2027-01-31', timeZone);
      expect([...december, ...january].map((start) => start.slice(0, 10))).toEqual(expected);
    }
  });

  test('whole days repeat until a day, inclusive', async () => {
    const times = { allDay: true, start: '2026-12-01', end: '2026-12-02' } as const;
    await calendar.createEvent(token, { ...LUNCH, times, repeat: { ...repeat, until: '2026-12-03' } }, inTime());
    expect(await starts('2026-12-01', '2026-12-31', 'Lunch')).toEqual(['2026-12-01', '2026-12-02', '2026-12-03']);
  });

  test('one day of a recurring event is changed and deleted by its own id; the others stay', async () => {
    await calendar.createEvent(token, { ...LUNCH, repeat: { ...repeat, count: 4 } }, inTime());
    const { events } = await calendar.listEvents(token, { from: '2026-12-01', to: '2026-12-05' }, inTime());
    const [first, second] = events.filter(({ title }) => title === 'Lunch');
    expect(second).toMatchObject({ oneOfSeries: true, id: 'panager0001_20261202T030000Z' });
    const { version, effects: marks } = (await calendar.findEvent(token, second!.id, inTime()))!;
    expect(marks).toEqual(['key-1']);
    const change = { ifVersion: version, effects: ['key-2'], title: 'Brunch' };
    expect(await calendar.updateEvent(token, second!.id, change, inTime())).toMatchObject({ oneOfSeries: true });
    await calendar.deleteEvent(token, first!.id, inTime());
    expect(await starts('2026-12-01', '2026-12-05', 'Lunch')).toEqual([
      '2026-12-03T12:00:00+09:00',
      '2026-12-04T12:00:00+09:00',
    ]);
    expect(await starts('2026-12-01', '2026-12-05', 'Brunch')).toEqual(['2026-12-02T12:00:00+09:00']);
  });

  test('a token that may only read is forbidden to write', async () => {
    const client = createGoogleClient(google.url);
    await client.control('POST', 'revoke', { person: 'minji@example.com' });
    const reader = (await client.tokensOf({ account: 'minji@example.com' }, [SCOPES.calendarEventsRead])).access_token;
    await expect(calendar.createEvent(reader, LUNCH, inTime())).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(calendar.deleteEvent(reader, LUNCH.id, inTime())).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await effects()).toEqual([]);
  });
});

test('@emulators/google takes our event and deletes it', async () => {
  const peer = await startEmulatorsGooglePeer();
  try {
    const oauth = createGoogleOAuth(peer.options);
    const codeVerifier = randomBytes(32).toString('base64url');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const scopes = [SCOPES.calendarEvents, 'https://www.googleapis.com/auth/calendar'];
    const callback = await peer.consent(oauth.authorizationUrl({ state: 's', codeChallenge, scopes }));
    const code = callback.searchParams.get('code') ?? '';
    const { accessToken } = await oauth.exchange({ code, codeVerifier }, inTime());
    const calendar = createGoogleCalendar({ baseUrl: peer.options.baseUrl, timeoutMs: 5_000 });
    const titles = async () => {
      const { events } = await calendar.listEvents(accessToken, { from: '2026-12-01', to: '2026-12-03' }, inTime());
      return events.map(({ title }) => title);
    };

    // It chooses ids itself, and reads times as UTC.
    const made = await calendar.createEvent(
      accessToken,
      { ...LUNCH, times: at('2026-12-01', '12:00', '13:00', 'UTC') },
      inTime(),
    );
    expect(made).toMatchObject({ title: 'Lunch', location: 'Cafe', allDay: false });
    expect(await titles()).toEqual(['Lunch']);
    await calendar.deleteEvent(accessToken, made.id, inTime());
    await calendar.deleteEvent(accessToken, made.id, inTime());
    expect(await titles()).toEqual([]);
  } finally {
    await peer.close();
  }
});

describe('against scripted answers', () => {
  const TOKEN = 'ya29.access-canary';
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  beforeEach(() => {
    server.requests.length = 0;
  });
  afterAll(() => server.close());

  const METHODS: [string, (calendar: Calendar, signal: AbortSignal) => Promise<unknown>][] = [
    ['createEvent', (calendar, signal) => calendar.createEvent(TOKEN, LUNCH, signal)],
    ['findEvent', (calendar, signal) => calendar.findEvent(TOKEN, 'abcde', signal)],
    [
      'updateEvent',
      (calendar, signal) => calendar.updateEvent(TOKEN, 'abcde', { ifVersion: '"1"', effects: [] }, signal),
    ],
    ['deleteEvent', (calendar, signal) => calendar.deleteEvent(TOKEN, 'abcde', signal)],
  ];
  const google = (status: number, reason: string, headers: Record<string, string> = {}): Script =>
    answer(status, { error: { code: status, message: TOKEN, errors: [{ reason, message: TOKEN }] } }, headers);
  const FAULTS: [string, Script, Partial<ProviderFailure>][] = [
    ['400', google(400, 'invalid'), { kind: 'invalidRequest' }],
    ['401', google(401, 'authError'), { kind: 'unauthorized' }],
    ['403', google(403, 'forbiddenForNonOrganizer'), { kind: 'forbidden' }],
    ['403 rateLimitExceeded', google(403, 'rateLimitExceeded'), { kind: 'rateLimited' }],
    ['409', google(409, 'duplicate'), { kind: 'conflict' }],
    ['412', google(412, 'conditionNotMet'), { kind: 'conflict' }],
    ['429', google(429, 'rateLimitExceeded', { 'retry-after': '2' }), { kind: 'rateLimited', retryAfterMs: 2_000 }],
    ['500', google(500, 'backendError'), { kind: 'unavailable' }],
    ['503', google(503, 'backendError'), { kind: 'unavailable' }],
    ['a reset', reset, { kind: 'unavailable', status: null }],
    ['an answer that breaks off', truncate, { kind: 'unavailable' }],
    ['no answer', hang, { kind: 'timeout', status: null }],
  ];

  async function failureOf(method: (typeof METHODS)[number][1], timeoutMs: number): Promise<ProviderFailure> {
    const failure = await method(
      createGoogleCalendar({ baseUrl: server.url, timeoutMs }),
      AbortSignal.timeout(10_000),
    ).then(
      (value) => new Error(`no failure but ${inspect(value)}`),
      (error: unknown) => error,
    );
    if (!(failure instanceof ProviderFailure)) throw failure;
    // SE-3: the client's errors hold the request with the token in it; nothing of them may survive.
    expect(inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure)).not.toContain(TOKEN);
    return failure;
  }

  describe.each(METHODS)('%s', (_method, method) => {
    test.each(FAULTS)('%s becomes our failure after exactly one request', async (_name, script, expected) => {
      server.play(script);
      expect(await failureOf(method, expected.kind === 'timeout' ? 150 : 10_000)).toMatchObject(expected);
      expect(server.requests).toHaveLength(1);
    });

    test.each([
      ['a page', answer(200, '<p>Hello')],
      ['half of a JSON', halfJson],
      ['an object that is no event', answer(200, { kind: 'calendar#event' })],
    ])('%s with status 200 says nothing about what happened: unavailable', async (_name, script) => {
      server.play(script);
      expect(await failureOf(method, 10_000)).toMatchObject({ kind: 'unavailable' });
    });
  });

  test('an event that is cancelled, 404 and 410 are not found, and nothing to delete', async () => {
    const calendar = createGoogleCalendar({ baseUrl: server.url, timeoutMs: 5_000 });
    for (const script of [
      google(404, 'notFound'),
      google(410, 'deleted'),
      answer(200, { id: 'a', status: 'cancelled' }),
    ]) {
      server.play(script);
      expect(await calendar.findEvent(TOKEN, 'abcde', inTime())).toBeNull();
    }
    for (const script of [google(404, 'notFound'), google(410, 'deleted'), answer(204, '')]) {
      server.play(script);
      expect(await calendar.deleteEvent(TOKEN, 'abcde', inTime())).toBeUndefined();
    }
  });
});
