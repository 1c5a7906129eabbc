import { createHash, randomBytes } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import type { EmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { createEmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { addDays } from '../../../src/domain/dates.ts';
import { createGoogleCalendar } from '../../../src/providers/google/google-calendar.ts';
import { createGoogleOAuth } from '../../../src/providers/google/google-oauth.ts';
import type { ScriptedServer } from '../oauth/scripted-server.ts';
import { answer, startScriptedServer } from '../oauth/scripted-server.ts';
import { createGoogleClient } from './google-client.ts';
import { startEmulatorsGooglePeer } from './peers/emulators-google-peer.ts';
import { CLIENT, READ_SCOPE } from './peers/google-peer.ts';

const WRITE_SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const inTime = () => AbortSignal.timeout(5_000);
/** A Tuesday. */
const NOW = Date.parse('2026-11-24T09:00:00+09:00');

describe('against the practice Google', () => {
  let google: EmulatedGoogle;
  beforeAll(async () => {
    const options = { ...CLIENT, port: 0, dataFolder: null, redirectUris: [CLIENT.redirectUri], now: () => NOW };
    google = await createEmulatedGoogle(options);
  });
  afterAll(() => google.close());

  const calendar = () => createGoogleCalendar({ baseUrl: google.url, timeoutMs: 5_000 });

  const client = () => createGoogleClient(google.url);

  async function accessToken(account: string, scopes: string[], untick: string[] = []): Promise<string> {
    return (await client().tokensOf({ account, untick }, scopes)).access_token;
  }

  async function insert(token: string, event: unknown): Promise<void> {
    const { status } = await client().api('POST', '/calendar/v3/calendars/primary/events', token, event);
    expect(status).toBe(200);
  }

  test('a week is read in one request, by start, with the recurring event in it', async () => {
    const token = await accessToken('minji@example.com', [READ_SCOPE]);
    const week = await calendar().listEvents(token, { from: '2026-11-23', to: '2026-11-30' }, inTime());
    expect(week).toMatchObject({ timeZone: 'Asia/Seoul', truncated: false });
    expect(week.events.map(({ title, start }) => [title, start])).toEqual([
      ['팀 주간 회의', '2026-11-23T10:00:00+09:00'],
      ['치과 예약', '2026-11-24T15:30:00+09:00'],
      ['점심 약속', '2026-11-25T12:00:00+09:00'],
      ['디자인 리뷰', '2026-11-26T14:00:00+09:00'],
      ['영어 스터디', '2026-11-26T19:30:00+09:00'],
      ['연차', '2026-11-27'],
      ['등산', '2026-11-28T09:00:00+09:00'],
      ['가족 저녁 식사', '2026-11-29T18:00:00+09:00'],
    ]);
    expect(week.events[5]).toMatchObject({ allDay: true, end: '2026-11-28', location: null });
    expect(week.events[0]).toMatchObject({ allDay: false, location: '회의실 3' });

    expect(await client().control('GET', 'ledger')).toMatchObject({
      effects: [{ kind: 'list', person: 'minji@example.com', eventId: null }],
    });
  });

  test('a day has what touches it: over midnight, all day, ending at midnight not', async () => {
    const token = await accessToken('alex@example.com', [READ_SCOPE, WRITE_SCOPE]);
    const at = (dateTime: string) => ({ dateTime: `${dateTime}:00+09:00` });
    await insert(token, { summary: 'night train', start: at('2027-01-04T23:00'), end: at('2027-01-05T01:00') });
    await insert(token, { summary: 'until midnight', start: at('2027-01-04T22:00'), end: at('2027-01-05T00:00') });
    await insert(token, { summary: 'trip', start: { date: '2027-01-03' }, end: { date: '2027-01-06' } });
    await insert(token, { summary: 'day before', start: { date: '2027-01-04' }, end: { date: '2027-01-05' } });
    await insert(token, { summary: 'day after', start: { date: '2027-01-06' }, end: { date: '2027-01-07' } });
    await insert(token, { summary: 'a moment', start: at('2027-01-05T00:00'), end: at('2027-01-05T00:00') });
    const day = await calendar().listEvents(token, { from: '2027-01-05', to: '2027-01-06' }, inTime());
    expect(day.events.map(({ title }) => title)).toEqual(['trip', 'night train', 'a moment']);
  });

  test('an unticked scope is forbidden, a token that expired is unauthorized', async () => {
    const range = { from: '2026-11-24', to: '2026-11-25' };
    const token = await accessToken('alex@example.com', [READ_SCOPE]);
    await client().control('POST', 'revoke', { person: 'alex@example.com' });
    await expect(calendar().listEvents(token, range, inTime())).rejects.toMatchObject({ kind: 'unauthorized' });

    const poor = await accessToken('alex@example.com', [READ_SCOPE], [READ_SCOPE]);
    await expect(calendar().listEvents(poor, range, inTime())).rejects.toMatchObject({ kind: 'forbidden' });

    const good = await accessToken('alex@example.com', [READ_SCOPE]);
    await client().control('POST', 'expire-access-tokens');
    await expect(calendar().listEvents(good, range, inTime())).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

test('@emulators/google, which names no zone, is read in UTC', async () => {
  const event = { id: 'a', summary: 'Stand-up', calendar_id: 'primary', user_email: 'minji@example.com' };
  const peer = await startEmulatorsGooglePeer([
    { ...event, start_date_time: '2026-11-24T01:00:00Z', end_date_time: '2026-11-24T01:15:00Z' },
    { ...event, id: 'b', start_date_time: '2026-11-25T01:00:00Z', end_date_time: '2026-11-25T01:15:00Z' },
  ]);
  try {
    const oauth = createGoogleOAuth(peer.options);
    const codeVerifier = randomBytes(32).toString('base64url');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const callback = await peer.consent(oauth.authorizationUrl({ state: 's', codeChallenge, scopes: [READ_SCOPE] }));
    const code = callback.searchParams.get('code') ?? '';
    const { accessToken } = await oauth.exchange({ code, codeVerifier }, inTime());
    const calendar = createGoogleCalendar({ baseUrl: peer.options.baseUrl, timeoutMs: 5_000 });
    const day = await calendar.listEvents(accessToken, { from: '2026-11-24', to: '2026-11-25' }, inTime());
    expect(day.timeZone).toBe('UTC');
    expect(day.events).toMatchObject([{ id: 'a', title: 'Stand-up', allDay: false }]);
  } finally {
    await peer.close();
  }
});

describe('against scripted answers', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => {
    server.requests.length = 0;
  });
  afterAll(() => server.close());

  const list = (from: string, to: string) =>
    createGoogleCalendar({ baseUrl: server.url, timeoutMs: 5_000 }).listEvents('token', { from, to }, inTime());
  const event = (id: string, start: string, end: string) => ({
    id,
    status: 'confirmed',
    start: start.includes('T') ? { dateTime: start } : { date: start },
    end: end.includes('T') ? { dateTime: end } : { date: end },
  });

  test.each([
    ['2026-03-08', '-05:00', '-04:00', 'a spring day of 23 hours'],
    ['2026-11-01', '-04:00', '-05:00', 'an autumn day of 25 hours'],
  ])('%s in New York is %s before and %s after: %s', async (day, before, after) => {
    const next = addDays(day, 1);
    const items = [
      event('ends as it begins', `${addDays(day, -1)}T23:00:00${before}`, `${day}T00:00:00${before}`),
      event('first minute', `${day}T00:00:00${before}`, `${day}T00:01:00${before}`),
      event('over the switch', `${day}T01:30:00${before}`, `${day}T03:30:00${after}`),
      event('all day', day, next),
      event('last minute', `${day}T23:59:00${after}`, `${next}T00:00:00${after}`),
      event('day after', `${next}T00:00:00${after}`, `${next}T01:00:00${after}`),
    ];
    server.play(answer(200, { timeZone: 'America/New_York', items }));
    const found = await list(day, next);
    expect(found.events.map(({ id }) => id)).toEqual(['first minute', 'over the switch', 'all day', 'last minute']);

    const query = new URL(server.requests[0]?.split(' ')[1] ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({ singleEvents: 'true', orderBy: 'startTime', maxResults: '250' });
    expect(query.get('timeMin')).toBe(`${addDays(day, -1)}T00:00:00Z`);
    expect(query.get('timeMax')).toBe(`${addDays(next, 1)}T00:00:00Z`);
  });

  test('cancelled events and events without a time are left out; a missing title is empty', async () => {
    const items = [
      { ...event('gone', '2026-11-24T10:00:00+09:00', '2026-11-24T11:00:00+09:00'), status: 'cancelled' },
      { id: 'timeless', status: 'confirmed' },
      event('kept', '2026-11-24T10:00:00+09:00', '2026-11-24T11:00:00+09:00'),
    ];
    server.play(answer(200, { timeZone: 'Asia/Seoul', items }));
    const found = await list('2026-11-24', '2026-11-25');
    expect(found.events).toMatchObject([{ id: 'kept', title: '', location: null }]);
  });

  test('a zone that this machine does not know is read as UTC', async () => {
    server.play(answer(200, { timeZone: 'Mars/Olympus', items: [] }));
    expect(await list('2026-11-24', '2026-11-25')).toEqual({ timeZone: 'UTC', events: [], truncated: false });
  });

  /** Pages of as many events as said, one minute apart from midnight on. */
  function playPages(sizes: number[]): void {
    server.play((response, request) => {
      const query = new URL(request.url ?? '', server.url).searchParams;
      const page = Number(query.get('pageToken') ?? 0);
      const before = sizes.slice(0, page).reduce((sum, size) => sum + size, 0);
      const items = Array.from({ length: sizes[page] ?? 0 }, (_, index) => {
        const at = new Date(Date.parse('2026-11-24T00:00:00Z') + (before + index) * 60_000).toISOString();
        return event(`e${before + index}`, at, at);
      });
      const next = page + 1 < sizes.length ? { nextPageToken: String(page + 1) } : {};
      answer(200, { timeZone: 'UTC', items, ...next })(response);
    });
  }

  test.each([
    ['short pages are read on, empty ones too', [3, 0, 2], 5, false, 3],
    ['more than 250 events are cut', [250, 250], 250, true, 2],
    ['exactly 250 are not', [250], 250, false, 1],
    ['after four pages it stops', [1, 0, 0, 0, 1], 1, true, 4],
  ])('%s', async (_name, sizes, kept, truncated, requests) => {
    playPages(sizes);
    const found = await list('2026-11-24', '2026-11-25');
    expect(found.events).toHaveLength(kept);
    expect(found.truncated).toBe(truncated);
    expect(server.requests).toHaveLength(requests);
  });

  test('a further page is not truncation when the range ended before it', async () => {
    const items = [
      event('in', '2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z'),
      event('behind', '2026-11-25T00:00:00Z', '2026-11-25T01:00:00Z'),
    ];
    server.play(answer(200, { timeZone: 'UTC', items, nextPageToken: 'more' }));
    expect(await list('2026-11-24', '2026-11-25')).toMatchObject({ events: [{ id: 'in' }], truncated: false });
    expect(server.requests).toHaveLength(1);
  });
});
