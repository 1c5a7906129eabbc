import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { runAnswer } from '../../src/http/contract.ts';
import type { RunLogEvent } from '../../src/http/contract.ts';
import type { User } from '../../src/ports/sessions.ts';
import { until } from './http-fixture.ts';
import type { Http } from './http-fixture.ts';
import { openSse } from './sse-reader.ts';
import type { SseReader, StreamEvent } from './sse-reader.ts';
import { logOf, openRunRoom, statusesOf, type RunRoom } from './support/run-room.ts';

let room: RunRoom;
let http: Http;
let kim: User;
beforeAll(async () => {
  room = await openRunRoom();
  kim = await room.newUser('Kim');
}, 60_000);
afterAll(() => room.close());

const readers: SseReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await http.stop();
});

const SOON = 30_000;

async function open(
  runId: string,
  { user = kim, query = '', ...options }: { user?: User; query?: string; lastEventId?: string; as?: string } = {},
): Promise<SseReader> {
  const path = `/api/runs/${runId}/logs${query}`;
  const reader = await openSse(http.port, { as: http.signInAs(user), path, ...options });
  readers.push(reader);
  return reader;
}

/** The whole of what a stream says until it ends. */
async function readFrom(runId: string, position: number): Promise<StreamEvent[]> {
  const reader = await open(runId, { lastEventId: String(position) });
  await until(() => reader.ended(), SOON);
  readers.splice(readers.indexOf(reader), 1);
  return reader.events;
}

const pieceOf = (event: StreamEvent): RunLogEvent => event.data as RunLogEvent;
const isPiece = ({ event }: StreamEvent): boolean => event === 'stdout' || event === 'stderr';

/** An ended run that has said these lines, in pieces of about 40. */
async function runThatSaid(lines: readonly string[]): Promise<string> {
  const runId = await room.newRun(kim.id);
  for (let index = 0; index < lines.length; index += 400) {
    const pieces: ['stdout' | 'stderr', string][] = [];
    for (let at = index; at < Math.min(index + 400, lines.length); at += 40) {
      pieces.push([at % 80 === 0 ? 'stdout' : 'stderr', lines.slice(at, Math.min(at + 40, index + 400)).join('')]);
    }
    await room.append(runId, ...pieces);
  }
  await room.end(runId);
  return runId;
}

test('a log is sent as it grows, with what becomes of its run, and ends with it', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id);
  const reader = await open(runId);
  expect([reader.status, reader.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  await until(() => statusesOf(reader.events).includes('queued'), SOON);
  await room.begin(runId);
  await until(() => statusesOf(reader.events).includes('running'), SOON);
  await room.append(runId, ['stdout', 'one\n'], ['stderr', '경고\n']);
  await until(() => logOf(reader.events) === 'one\n경고\n', SOON);
  await room.append(runId, ['stdout', 'two\n']);
  await room.end(runId);
  await until(() => reader.ended(), SOON);

  expect(reader.events.filter(isPiece)).toEqual([
    { id: 4, event: 'stdout', data: { position: 0, text: 'one\n' } },
    { id: 7, event: 'stderr', data: { position: 4, text: '경고\n' } },
    { id: 11, event: 'stdout', data: { position: 7, text: 'two\n' } },
  ]);
  const last = reader.events.at(-1);
  expect(last).toMatchObject({ event: 'status', id: NaN });
  expect(runAnswer.parse(last?.data)).toMatchObject({ id: runId, status: 'done', exitCode: 0 });
  expect(statusesOf(reader.events).filter((status) => status === 'done')).toHaveLength(1);
});

test('C6: a log of 10,000 lines, resumed at many offsets over HTTP, has every line exactly once', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `${index} ${'.'.repeat(index % 11)} 한글 \u{1F642}\n`);
  const whole = lines.join('');
  const runId = await runThatSaid(lines);
  http = await room.serve();
  // Beginnings of lines, places inside of them, and between both halves of a character.
  const faces = [...whole.matchAll(/\u{1F642}/gu)].map(({ index }) => index + 1);
  // More of them towards the end, where resuming costs less.
  const offsets = Array.from({ length: 200 }, (_, index) => Math.floor(whole.length * (1 - (1 - index / 200) ** 4)));
  offsets.push(...faces.filter((_, index) => index > 8_000 && index % 50 === 0), whole.length - 1);
  for (const offset of offsets) {
    const events = await readFrom(runId, offset);
    const pieces = events.filter(isPiece);
    // Half of a character was never sent: it is sent whole.
    const begin = faces.includes(offset) ? offset - 1 : offset;
    expect([offset, logOf(events) === whole.slice(begin)]).toEqual([offset, true]);
    let position = begin;
    for (const piece of pieces) {
      const { position: from, text } = pieceOf(piece);
      expect([from, piece.id]).toEqual([position, position + text.length]);
      position = piece.id;
    }
    expect(events.at(-1)?.event).toBe('status');
  }
}, 180_000);

test('C6: a reader that is cut again and again while the log grows reads every line exactly once', async () => {
  http = await room.serve({ settings: { limits: { streamsPerPerson: 1_000 } } });
  const runId = await room.newRun(kim.id);
  await room.begin(runId);
  const lines = Array.from({ length: 600 }, (_, index) => `line ${index}\n`);
  const writing = (async () => {
    for (let at = 0; at < lines.length; at += 6) {
      await room.append(
        runId,
        ['stdout', lines.slice(at, at + 3).join('')],
        ['stderr', lines.slice(at + 3, at + 6).join('')],
      );
    }
    await room.end(runId);
  })();

  let read = '';
  for (let cut = 0; ; cut++) {
    const reader = await open(runId, { lastEventId: String(read.length) });
    await until(() => reader.events.filter(isPiece).length >= 1 + (cut % 5) || reader.ended(), SOON);
    const isOver = reader.ended();
    // What came with the last packet counts: a browser has it too.
    reader.close();
    read += logOf(reader.events);
    if (isOver) break;
  }
  await writing;
  expect(read).toBe(lines.join(''));
}, 120_000);

test('WE-2: a reader that stops reading costs bounded memory, is dropped with a marker, and resumes where it was', async () => {
  let followers = 0;
  const subscribe = (): (() => void) => {
    followers++;
    return () => void followers--;
  };
  const limits = { streamBufferBytes: 200_000, streamStallMs: 200 };
  http = await room.serve({ settings: { limits }, runLogs: { subscribe } });
  const runId = await room.newRun(kim.id);
  const piece = `${'x'.repeat(99_999)}\n`;
  const count = 300;
  for (let done = 0; done < count; done += 20) {
    await room.append(runId, ...Array.from({ length: 20 }, () => ['stdout', piece] as ['stdout', string]));
  }
  await room.end(runId);
  const reader = await open(runId);
  reader.pause();
  await until(() => followers === 0, SOON);
  reader.resume();
  await until(() => reader.ended(), SOON);
  expect(reader.events.at(-1)).toMatchObject({ event: 'dropped' });
  const seen = logOf(reader.events);
  expect(seen.length).toBeLessThan((count * piece.length) / 2);
  // Nothing was read ahead but what one read holds.
  const readAtMost = http.callsOf('runs.log').length * 700_000;
  expect(readAtMost).toBeLessThan(seen.length + 2_000_000);

  const again = await readFrom(runId, seen.length);
  expect(seen.length + logOf(again).length).toBe(count * piece.length);
  expect(seen + logOf(again)).toBe(piece.repeat(count));
}, 120_000);

test('WE-2: text of a log cannot forge a field, an event or a position', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id);
  const text =
    'a\r\nevent: status\ndata: {"status":"done"}\n\nid: 999999\r\rretry: 1\n\n:\n\u2028data: x\u2029\u0085\u2400"}';
  await room.append(runId, ['stdout', text], ['stderr', '\n\nevent: dropped\ndata: {}\n\n']);
  await room.end(runId, 'stopped');
  const events = await readFrom(runId, 0);
  expect(events.map(({ event }) => event)).toEqual(['stdout', 'stderr', 'status']);
  expect(pieceOf(events[0]!).text).toBe(text);
  expect(statusesOf(events)).toEqual(['stopped']);
});

test('a stream without a past begins at the beginning, or where its address says; the browser’s own id counts more', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id);
  await room.append(runId, ['stdout', '0123456789']);
  await room.end(runId);
  const logFrom = async (options: { query?: string; lastEventId?: string }): Promise<string> => {
    const reader = await open(runId, options);
    await until(() => reader.ended(), SOON);
    return logOf(reader.events);
  };
  expect(await logFrom({})).toBe('0123456789');
  expect(await logFrom({ query: '?from=4' })).toBe('456789');
  expect(await logFrom({ query: '?from=4', lastEventId: '7' })).toBe('789');
  expect(await logFrom({ query: '?from=4', lastEventId: '' })).toBe('456789');
  expect(await logFrom({ lastEventId: '10' })).toBe('');
  expect(await logFrom({ lastEventId: '999999' })).toBe('');
});

test('a position beyond the end of a log that still grows begins at its end', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id);
  await room.append(runId, ['stdout', 'old']);
  const reader = await open(runId, { lastEventId: '999999' });
  await until(() => statusesOf(reader.events).length > 0, SOON);
  await room.append(runId, ['stdout', 'new']);
  await until(() => logOf(reader.events) === 'new', SOON);
});

test.each([['abc'], ['-1'], ['1.5'], ['1e3'], ['99999999999999999999'], ['0x10']])(
  'the position %s is refused with 400, as an id and in the address',
  async (position) => {
    http = await room.serve();
    const runId = await room.newRun(kim.id);
    expect((await open(runId, { lastEventId: position })).status).toBe(400);
    expect((await open(runId, { query: `?from=${position}` })).status).toBe(400);
    expect((await open(runId, { query: '?from=1&from=2' })).status).toBe(400);
  },
);

test('WE-2: a session that is revoked in the middle ends the stream at the next check', async () => {
  http = await room.serve({ settings: { limits: { streamRecheckMs: 50 } } });
  const runId = await room.newRun(kim.id);
  const as = http.signInAs(kim);
  const reader = await open(runId, { as });
  await until(() => http.callsOf('sessions.find').length > 3, SOON);
  expect(reader.ended()).toBe(false);
  http.signOut(as);
  await until(() => reader.ended(), SOON);
  await room.append(runId, ['stdout', 'later']);
  expect(logOf(reader.events)).toBe('');
});

test('WE-2: logs and the events of a page count together, and a closed one makes room', async () => {
  http = await room.serve({ settings: { limits: { streamsPerPerson: 2 } } });
  const runId = await room.newRun(kim.id);
  const [first] = [await open(runId), await openSse(http.port, { as: http.signInAs(kim) })];
  expect((await open(runId)).status).toBe(429);
  first.close();
  for (let status = 429; status !== 200;) status = (await open(runId)).status ?? 0;
}, 60_000);

test('a HEAD opens no stream, and a stopping server ends those that are open', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id);
  const head = await http.ask({ method: 'HEAD', path: `/api/runs/${runId}/logs`, as: http.signInAs(kim) });
  expect(head.status).toBe(405);
  const reader = await open(runId);
  await http.stop();
  await until(() => reader.ended(), SOON);
});

test('the whole log is a file too, for its person only', async () => {
  http = await room.serve();
  const lee = await room.newUser('Lee');
  const lines = Array.from({ length: 10_000 }, (_, at) => `line ${at} \u{1f600} 한글\n`);
  const path = `/api/runs/${await runThatSaid(lines)}/logs?format=text`;

  const answer = await http.ask({ path, as: http.signInAs(kim) });
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="?run-[0-9a-f-]{36}\.log"?$/);
  expect(answer.text === lines.join('')).toBe(true);
  expect((await http.ask({ path, as: http.signInAs(lee) })).status).toBe(404);
});
