import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { EmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { createEmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import type { GoogleClient } from './google-client.ts';
import { createGoogleClient } from './google-client.ts';
import { CLIENT } from './peers/google-peer.ts';
import { until } from '../../support/until.ts';

const EVENTS = '/calendar/v3/calendars/primary/events';
const ALL = 'https://www.googleapis.com/auth/calendar';
const READ = 'https://www.googleapis.com/auth/calendar.readonly';
/** A Tuesday. */
const NOW = Date.parse('2026-11-24T09:00:00+09:00');
const LUNCH = {
  summary: 'Lunch',
  start: { dateTime: '2026-12-01T12:00:00+09:00' },
  end: { dateTime: '2026-12-01T13:00:00+09:00' },
};

let folder: string;
let google: EmulatedGoogle;
let client: GoogleClient;
let token: string;

async function start(now = () => NOW) {
  const options = { ...CLIENT, port: 0, dataFolder: folder, redirectUris: [CLIENT.redirectUri], now };
  google = await createEmulatedGoogle(options);
  client = createGoogleClient(google.url);
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-google-'));
  await start();
  token = (await client.tokensOf({ account: 'minji@example.com' }, [ALL])).access_token;
});
afterEach(async () => {
  await google.close();
  await rm(folder, { recursive: true });
});

const effects = async () => ((await client.control('GET', 'ledger')) as { effects: Effect[] }).effects;
interface Effect {
  kind: string;
  eventId: string | null;
}
const list = (query: Record<string, string>) => client.api('GET', `${EVENTS}?${new URLSearchParams(query)}`, token);
const titles = (answer: { body: { items: { summary: string }[] } }) => answer.body.items.map(({ summary }) => summary);

describe('an event', () => {
  test('is inserted under the id of the client, changed, deleted, and each is in the ledger once', async () => {
    const inserted = await client.api('POST', EVENTS, token, { ...LUNCH, id: 'abcdef0123456789' });
    expect(inserted).toMatchObject({ status: 200, body: { id: 'abcdef0123456789', status: 'confirmed' } });
    const path = `${EVENTS}/abcdef0123456789`;
    expect(await client.api('PATCH', path, token, { summary: 'Late lunch' })).toMatchObject({
      status: 200,
      body: { summary: 'Late lunch', start: { dateTime: '2026-12-01T12:00:00+09:00' } },
    });
    expect((await client.api('PUT', path, token, { ...LUNCH, location: 'Cafe' })).body).toMatchObject({
      summary: 'Lunch',
      location: 'Cafe',
    });
    expect((await client.api('GET', path, token)).body).toMatchObject({ summary: 'Lunch', sequence: 2 });
    expect((await client.api('DELETE', path, token)).status).toBe(204);
    expect((await client.api('GET', path, token)).body).toMatchObject({ status: 'cancelled' });
    expect((await client.api('DELETE', path, token)).status).toBe(410);
    expect((await effects()).map(({ kind, eventId }) => [kind, eventId])).toEqual([
      ['insert', 'abcdef0123456789'],
      ['patch', 'abcdef0123456789'],
      ['update', 'abcdef0123456789'],
      ['delete', 'abcdef0123456789'],
    ]);
  });

  test('keeps its id for ever: 409 for a second insert, after deletion too, and no second effect', async () => {
    const event = { ...LUNCH, id: 'abcde' };
    expect((await client.api('POST', EVENTS, token, event)).status).toBe(200);
    const duplicate = { status: 409, body: { error: { errors: [{ reason: 'duplicate' }] } } };
    expect(await client.api('POST', EVENTS, token, event)).toMatchObject(duplicate);
    await client.api('DELETE', `${EVENTS}/abcde`, token);
    expect(await client.api('POST', EVENTS, token, event)).toMatchObject(duplicate);
    expect((await effects()).map(({ kind }) => kind)).toEqual(['insert', 'delete']);
  });

  test.each([
    ['an id outside base32hex', { ...LUNCH, id: 'xyz-12345' }],
    ['an id that is too short', { ...LUNCH, id: 'abcd' }],
    ['no end', { summary: 'x', start: LUNCH.start }],
    ['a time without zone', { ...LUNCH, start: { dateTime: '2026-12-01T12:00:00' } }],
    ['a day and a time', { ...LUNCH, end: { date: '2026-12-02' } }],
    ['an end before the start', { ...LUNCH, end: { dateTime: '2026-12-01T11:00:00+09:00' } }],
    ['a rule that is not expanded here', { ...LUNCH, recurrence: ['RRULE:FREQ=YEARLY'] }],
    ['a list', [LUNCH]],
  ])('with %s is refused, and nothing happens', async (_name, body) => {
    expect((await client.api('POST', EVENTS, token, body)).status).toBe(400);
    expect(await effects()).toEqual([]);
  });

  test('is patched field by field: objects are merged, null removes, and times stay of one kind', async () => {
    const notes = { extendedProperties: { private: { ours: '1', theirs: '2' } } };
    await client.api('POST', EVENTS, token, { ...LUNCH, ...notes, location: 'Cafe', id: 'abcde' });
    const times = { start: { date: '2026-12-02', dateTime: null }, end: { date: '2026-12-03', dateTime: null } };
    const patch = { ...times, location: null, extendedProperties: { private: { ours: '3' } } };
    const { body } = await client.api('PATCH', `${EVENTS}/abcde`, token, patch);
    expect(body).toMatchObject({
      summary: 'Lunch',
      start: { date: '2026-12-02' },
      extendedProperties: { private: { ours: '3', theirs: '2' } },
    });
    expect(body).not.toHaveProperty('location');
    expect(body.start).not.toHaveProperty('dateTime');
  });

  test('that has changed meanwhile is not changed again under its old version', async () => {
    const { etag } = (await client.api('POST', EVENTS, token, { ...LUNCH, id: 'abcde' })).body;
    const under = (method: string, version: string) =>
      client.api(method, `${EVENTS}/abcde`, token, { summary: 'Late' }, { 'if-match': version });
    const second = await under('PATCH', etag);
    expect(second.status).toBe(200);
    expect(await under('PATCH', etag)).toMatchObject({
      status: 412,
      body: { error: { errors: [{ reason: 'conditionNotMet' }] } },
    });
    expect((await under('DELETE', etag)).status).toBe(412);
    expect((await under('DELETE', second.body.etag)).status).toBe(204);
    expect((await effects()).map(({ kind }) => kind)).toEqual(['insert', 'patch', 'delete']);
  });

  test('that is deleted stays deleted when it is changed, unless the change brings it back', async () => {
    await client.api('POST', EVENTS, token, { ...LUNCH, id: 'abcde' });
    await client.api('DELETE', `${EVENTS}/abcde`, token);
    const change = async (body: object) => (await client.api('PATCH', `${EVENTS}/abcde`, token, body)).body;
    expect(await change({ summary: 'Ghost' })).toMatchObject({ status: 'cancelled' });
    expect(await change({ status: 'confirmed' })).toMatchObject({ status: 'confirmed', summary: 'Ghost' });
  });

  test('that does not exist is 404, and so is the calendar of somebody else', async () => {
    expect((await client.api('GET', `${EVENTS}/nothing`, token)).status).toBe(404);
    const theirs = '/calendar/v3/calendars/alex%40example.com/events';
    expect((await client.api('GET', theirs, token)).status).toBe(404);
    const mine = '/calendar/v3/calendars/minji%40example.com/events';
    expect((await client.api('GET', mine, token)).status).toBe(200);
  });

  test('cannot be written with a token that may only read', async () => {
    await client.control('POST', 'revoke', { person: 'minji@example.com' });
    const reader = (await client.tokensOf({ account: 'minji@example.com' }, [READ])).access_token;
    expect((await client.api('POST', EVENTS, reader, LUNCH)).status).toBe(403);
    expect(await effects()).toEqual([]);
    const zone = await client.api('GET', '/calendar/v3/users/me/settings/timezone', reader);
    expect(zone.body).toMatchObject({ value: 'Asia/Seoul' });
    expect((await client.api('GET', '/calendar/v3/calendars/primary', reader)).body.timeZone).toBe('Asia/Seoul');
  });
});

describe('the list', () => {
  const week = { timeMin: '2026-11-29T15:00:00Z', timeMax: '2026-12-06T15:00:00Z' };
  const expanded = { ...week, singleEvents: 'true', orderBy: 'startTime' };

  test('has what touches the range, recurring events once each day when asked, else once', async () => {
    const rule = { ...LUNCH, summary: 'daily', recurrence: ['RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3'] };
    const id = (await client.api('POST', EVENTS, token, rule)).body.id;
    const answer = await list(expanded);
    expect(titles(answer)).toEqual([
      '분기 계획 발표',
      'daily',
      '건강 검진',
      'daily',
      '영어 스터디',
      '프로젝트 마감',
      'daily',
    ]);
    expect(answer.body).toMatchObject({ kind: 'calendar#events', timeZone: 'Asia/Seoul' });
    expect(answer.body.items[3]).toMatchObject({
      id: `${id}_20261203T030000Z`,
      recurringEventId: id,
      start: { dateTime: '2026-12-03T12:00:00+09:00' },
    });
    expect(titles(await list(week)).filter((title) => title === 'daily')).toHaveLength(1);
  });

  test('keeps the wall clock of a recurring event over a switch of daylight saving time', async () => {
    const at = (dateTime: string) => ({ dateTime, timeZone: 'America/New_York' });
    await client.api('POST', EVENTS, token, {
      summary: 'gym',
      start: at('2026-03-06T08:00:00'),
      end: at('2026-03-06T09:00:00'),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=FR,MO;UNTIL=20260313T235959Z'],
    });
    const range = { timeMin: '2026-03-01T00:00:00Z', timeMax: '2026-03-31T00:00:00Z', timeZone: 'America/New_York' };
    const answer = await list({ ...range, singleEvents: 'true', orderBy: 'startTime' });
    const starts = answer.body.items.map(({ start }) => start.dateTime);
    expect(starts).toEqual(['2026-03-06T08:00:00-05:00', '2026-03-09T08:00:00-04:00', '2026-03-13T08:00:00-04:00']);
  });

  test.each([
    ['a month later, not in months without that day', 'RRULE:FREQ=MONTHLY', ['2026-12-31', '2027-01-31', '2027-03-31']],
    ['every second month', 'RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=2', ['2026-12-31', '2027-08-31']],
    [
      'until the last moment of a day, Seoul time',
      'RRULE:FREQ=DAILY;UNTIL=20270101T145959Z',
      ['2026-12-31', '2027-01-01'],
    ],
    ['until a moment before it begins', 'RRULE:FREQ=DAILY;UNTIL=20270101T000000Z', ['2026-12-31']],
  ])('has a recurring event %s', async (_name, rule, expected) => {
    const at = (time: string) => ({ dateTime: `2026-12-31T${time}:00`, timeZone: 'Asia/Seoul' });
    await client.api('POST', EVENTS, token, {
      summary: 'rent',
      start: at('12:00'),
      end: at('13:00'),
      recurrence: [rule],
    });
    const range = { timeMin: '2026-12-01T00:00:00Z', timeMax: '2027-09-01T00:00:00Z', singleEvents: 'true' };
    const { items } = (await list(range)).body;
    const days = items.filter(({ summary }) => summary === 'rent').map(({ start }) => start.dateTime.slice(0, 10));
    expect(days.slice(0, 3)).toEqual(expected);
  });

  test('shows a day of a recurring event as it was changed or deleted by itself, and the others as they were', async () => {
    const { id } = (await client.api('POST', EVENTS, token, { ...LUNCH, recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] }))
      .body;
    const day = (date: string) => `${EVENTS}/${id}_${date}T030000Z`;
    expect((await client.api('GET', day('20261202'), token)).body).toMatchObject({
      id: `${id}_20261202T030000Z`,
      recurringEventId: id,
      start: { dateTime: '2026-12-02T12:00:00+09:00' },
    });
    expect((await client.api('PATCH', day('20261202'), token, { summary: 'Brunch' })).status).toBe(200);
    expect((await client.api('DELETE', day('20261203'), token)).status).toBe(204);
    expect((await client.api('DELETE', day('20261203'), token)).status).toBe(410);
    for (const never of ['20261205', '20269999']) expect((await client.api('GET', day(never), token)).status).toBe(404);
    const lunches = async () => titles(await list(expanded)).filter((title) => /lunch|brunch/i.test(title));
    expect(await lunches()).toEqual(['Lunch', 'Brunch', 'Lunch']);
    expect((await effects()).filter(({ kind }) => kind !== 'list')).toMatchObject([
      { kind: 'insert', eventId: id },
      { kind: 'patch', eventId: `${id}_20261202T030000Z` },
      { kind: 'delete', eventId: `${id}_20261203T030000Z` },
    ]);
    await client.api('DELETE', `${EVENTS}/${id}`, token);
    expect(await lunches()).toEqual([]);
  });

  test('comes in pages', async () => {
    const first = await list({ ...expanded, maxResults: '2' });
    const second = await list({ ...expanded, maxResults: '2', pageToken: first.body.nextPageToken ?? '' });
    expect(titles(first)).toEqual(['분기 계획 발표', '건강 검진']);
    expect(titles(second)).toEqual(['영어 스터디', '프로젝트 마감']);
    expect(second.body.nextPageToken).toBeUndefined();
  });

  test.each([
    ['a time without zone', { timeMin: '2026-11-29T15:00:00' }],
    ['an order that needs single events', { orderBy: 'startTime' }],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }],
    ['a negative page size', { maxResults: '-1' }],
  ])('is refused with %s', async (_name, query) => {
    expect((await list(query)).status).toBe(400);
  });

  test('is never empty: a month later the new week is full, and what was deleted stays deleted', async () => {
    const today = { ...expanded, timeMin: '2026-11-23T15:00:00Z', timeMax: '2026-11-24T15:00:00Z' };
    const [dentist] = (await list(today)).body.items;
    await client.api('DELETE', `${EVENTS}/${dentist?.id}`, token);
    await google.close();
    await start();
    expect(titles(await list(today))).toEqual([]);
    await google.close();
    await start(() => NOW + 28 * 86_400_000);
    const fresh = (await client.tokensOf({ account: 'minji@example.com' }, [ALL])).access_token;
    const later = { ...expanded, timeMin: '2026-12-20T15:00:00Z', timeMax: '2026-12-27T15:00:00Z' };
    const answer = await client.api('GET', `${EVENTS}?${new URLSearchParams(later)}`, fresh);
    expect(titles(answer)).toHaveLength(8);
  });
});

describe('a fault', () => {
  test('hits as often as it says, that path and that method only', async () => {
    const fault = { path: '/calendar/', method: 'GET', status: 503, retryAfter: 4, times: 2 };
    await client.control('POST', 'faults', fault);
    expect((await client.api('POST', EVENTS, token, LUNCH)).status).toBe(200);
    const failed = await list({});
    expect(failed).toMatchObject({ status: 503, body: { error: { errors: [{ reason: 'backendError' }] } } });
    expect(failed.headers.get('retry-after')).toBe('4');
    expect((await list({})).status).toBe(503);
    expect((await list({})).status).toBe(200);
    expect((await effects()).map(({ kind }) => kind)).toEqual(['insert', 'list']);
  });

  test('after the effect: it happened, and the answer says otherwise', async () => {
    await client.control('POST', 'faults', { path: EVENTS, method: 'POST', status: 500, afterEffect: true });
    expect((await client.api('POST', EVENTS, token, { ...LUNCH, id: 'abcde' })).status).toBe(500);
    expect(await effects()).toMatchObject([{ kind: 'insert', eventId: 'abcde' }]);
  });

  test('without an answer, with half of one, or with a page', async () => {
    await client.control('POST', 'faults', { path: EVENTS, hang: true, afterEffect: true });
    const signal = AbortSignal.timeout(300);
    const waiting = fetch(google.url + EVENTS, { headers: { authorization: `Bearer ${token}` }, signal });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    await client.control('POST', 'faults', { path: EVENTS, truncate: true });
    await expect(list({})).rejects.toThrow();
    await client.control('POST', 'faults', { path: '/token', html: true });
    await expect(client.refresh('any')).rejects.toThrow(/JSON/);
    expect((await effects()).map(({ kind }) => kind)).toEqual(['list']);
  });

  test('holds a request until it is let go on, before the effect or after it, and finds it by its body', async () => {
    const heldNow = async () => ((await client.control('GET', 'faults')) as { held: object[] }).held;
    const reached = () => until('something is held', async () => ((await heldNow()).length > 0 ? true : null));
    const insert = (id: string) => client.api('POST', EVENTS, token, { ...LUNCH, id });

    await client.control('POST', 'faults', { path: EVENTS, body: 'before', hold: true });
    expect((await insert('other')).status).toBe(200);
    const before = insert('before');
    await reached();
    expect(await effects()).toHaveLength(1);
    await client.control('POST', 'release');
    expect((await before).status).toBe(200);

    await client.control('POST', 'faults', { path: EVENTS, body: 'after', hold: true, afterEffect: true });
    const after = insert('after');
    await reached();
    expect(await effects()).toHaveLength(3);
    await client.control('POST', 'release', { drop: true });
    await expect(after).rejects.toThrow('fetch failed');
    expect(await heldNow()).toEqual([]);
    expect(await effects()).toHaveLength(3);
  });

  test('can be taken back, and an unknown field is an error', async () => {
    await client.control('POST', 'faults', { path: '/', status: 500, times: 100 });
    await client.control('DELETE', 'faults');
    expect((await list({})).status).toBe(200);
    await expect(client.control('POST', 'faults', { path: '/', stauts: 500 })).rejects.toThrow('400');
  });
});

describe('the server', () => {
  test('keeps grants, events, ledger and counts over a restart, and no token in its file', async () => {
    const tokens = await client.tokensOf({ account: 'minji@example.com' }, [ALL], { prompt: 'consent' });
    await client.api('POST', EVENTS, tokens.access_token, { ...LUNCH, id: 'abcde' });
    const before = [await effects(), await client.control('GET', 'token-requests')];
    await google.close();
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name), 'latin1');
      for (const secret of [tokens.access_token, tokens.refresh_token ?? '?']) expect(bytes).not.toContain(secret);
    }
    await start();
    expect([await effects(), await client.control('GET', 'token-requests')]).toEqual(before);
    expect((await client.api('GET', `${EVENTS}/abcde`, tokens.access_token)).body.summary).toBe('Lunch');
    expect((await client.refresh(tokens.refresh_token ?? '')).status).toBe(200);
  });

  test('answers nobody who calls it by another name, and no web page on its control plane', async () => {
    const status = await new Promise((resolve, reject) => {
      request(google.url, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
    const answer = await fetch(`${google.url}/_emulator/ledger`, { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
  });

  test('takes in more people, each with an account and an empty calendar', async () => {
    const person = await client.control('POST', 'people', { email: 'sam@example.com', name: 'Sam' });
    expect(await client.control('POST', 'people', { email: 'sam@example.com' })).toEqual(person);
    token = (await client.tokensOf({ account: 'sam@example.com' }, [ALL])).access_token;
    expect(titles(await list({}))).toEqual([]);
  });

  test('refuses a body that is too large', async () => {
    const answer = await client.api('POST', EVENTS, token, { ...LUNCH, description: 'x'.repeat(2_000_000) });
    expect(answer.status).toBe(413);
  });

  test('says when its port is taken', async () => {
    const port = Number(new URL(google.url).port);
    const options = { ...CLIENT, port, dataFolder: null, redirectUris: [CLIENT.redirectUri] };
    await expect(createEmulatedGoogle(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('killed in the middle of inserts, has for each event exactly one row in the ledger, and all it acknowledged', async () => {
    await google.close();
    const entry = fileURLToPath(new URL('../../../infra/local/google/main.ts', import.meta.url));
    const flags = ['--port', '0', '--data', folder, '--redirect-uri', CLIENT.redirectUri];
    const child = spawn(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', entry, ...flags],
      ...['--client-id', CLIENT.clientId, '--client-secret', CLIENT.clientSecret],
    ]);
    const exited = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    try {
      const url = await new Promise<string>((resolve, reject) => {
        createInterface(child.stdout).on('line', (line) => resolve(line.replace('listening ', '')));
        child.once('exit', () => reject(new Error('it did not start')));
      });
      const running = createGoogleClient(url);
      const writer = (await running.tokensOf({ account: 'minji@example.com' }, [ALL])).access_token;
      const acknowledged: string[] = [];
      const attempts = Array.from({ length: 200 }, async (_each, index) => {
        const id = `kill${String(index).padStart(5, '0')}`;
        const answer = await running.api('POST', EVENTS, writer, { ...LUNCH, id }).catch(() => null);
        if (answer?.status === 200) acknowledged.push(id);
        if (acknowledged.length === 20) child.kill('SIGKILL');
      });
      await Promise.all(attempts);
      expect(await exited).toBe('SIGKILL');
      expect(acknowledged.length).toBeLessThan(200);

      await start(Date.now);
      const reader = (await client.tokensOf({ account: 'minji@example.com' }, [ALL])).access_token;
      const inserted = (await effects()).filter(({ kind }) => kind === 'insert').map(({ eventId }) => eventId);
      expect(new Set(inserted).size).toBe(inserted.length);
      expect(inserted).toEqual(expect.arrayContaining(acknowledged));
      const query = new URLSearchParams({ timeMin: '2026-12-01T00:00:00Z', maxResults: '2500' });
      const { items } = (await client.api('GET', `${EVENTS}?${query}`, reader)).body;
      const stored = items.map(({ id }) => id).filter((id) => id.startsWith('kill'));
      expect(stored.sort()).toEqual([...inserted].sort());
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
});
