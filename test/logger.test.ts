import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { createLogger } from '../src/logger.ts';
import type { LogLevel, Logger } from '../src/logger.ts';

/** No shape gives it away: it stays out only because the field or object that holds it is not written. */
const CANARY = 'plain-canary-5512';
/** A shape that is masked wherever it stands. */
const TOKEN = ['gh', 'p_', 'CanaryCanaryCanary123456'].join('');

test('a line is JSON with name, level, time and the fields', () => {
  const [line] = linesOf((logger) => logger.info({ requestId: 'r-1', count: 2 }, 'Request accepted.'));
  expect(line).toMatchObject({ name: 'test', level: 'info', requestId: 'r-1', count: 2, msg: 'Request accepted.' });
  expect(Date.parse(String(line?.time))).not.toBeNaN();
});

test('what operators must see has a field of its own, however it is logged', () => {
  const alarm = Object.assign(new Error('2 requests were lost'), { name: 'Alarm' });
  const lines = linesOf((logger) => {
    logger.error(alarm);
    logger.warn({ err: alarm }, 'The sweep found something.');
    logger.error({ alarm: true }, 'The client is refused.');
    logger.error(new Error('a fault'));
  });
  expect(lines.map((line) => line['alarm'])).toEqual([true, true, true, undefined]);
  expect(lines[0]).toMatchObject({ msg: '2 requests were lost', err: { name: 'Alarm' } });
});

test('lines below the level are not written', () => {
  expect(linesOf((logger) => logger.info('no'), 'warn')).toEqual([]);
  expect(linesOf((logger) => logger.error('no'), 'silent')).toEqual([]);
});

const AXIOS_LIKE = () =>
  Object.assign(new Error(`Request failed with ${TOKEN}`), {
    name: 'AxiosError',
    code: 'ERR_BAD_REQUEST',
    status: 503,
    config: { headers: { 'X-Vault-Token': CANARY }, data: CANARY },
    request: { body: CANARY },
    response: { data: CANARY, headers: { 'set-cookie': CANARY } },
    body: CANARY,
    headers: { authorization: CANARY },
    cause: new Error(CANARY),
    toJSON: () => ({ config: CANARY }),
  });

const PLACES: [string, (logger: Logger, error: Error) => void][] = [
  ['alone', (logger, error) => logger.error(error)],
  ['with a message', (logger, error) => logger.error(error, 'The call failed.')],
  ['as a field', (logger, error) => logger.error({ err: error }, 'The call failed.')],
  ['under another name', (logger, error) => logger.warn({ reason: error })],
  ['deep inside', (logger, error) => logger.info({ a: { b: [{ c: error }] } })],
  ['in a list', (logger, error) => logger.info([error])],
  ['in a map and a set', (logger, error) => logger.info({ map: new Map([['a', new Set([error])]]) })],
  ['bound to a child', (logger, error) => logger.child({ err: error }).info('later')],
];

test.each(PLACES)('SE-3: an error of an HTTP client %s is reduced to what may be known of it', (_name, log) => {
  const text = textOf((logger) => log(logger, AXIOS_LIKE()));
  expect(text).toContain('AxiosError');
  expect(text).toContain('ERR_BAD_REQUEST');
  expect(text).toContain('503');
  expect([CANARY, TOKEN].filter((secret) => text.includes(secret))).toEqual([]);
});

test('the detector of these tests finds what a plain serializer would write', () => {
  const error = AXIOS_LIKE();
  expect(JSON.stringify({ ...error, toJSON: undefined })).toContain(CANARY);
  expect(error.message).toContain(TOKEN);
});

test('SE-3: causes, aggregates and errors of another realm are reduced too', () => {
  const caused = new Error('outer', { cause: new Error(CANARY, { cause: { token: CANARY } }) });
  const aggregate = new AggregateError([new Error(CANARY)], 'several');
  const foreign = runInNewContext(`Object.assign(new Error('foreign'), { config: '${CANARY}' })`) as Error;
  const lookalike = { name: 'Fake', message: 'looks like one', stack: CANARY, config: CANARY };
  const text = textOf((logger) => logger.error({ caused, aggregate, foreign, lookalike }));
  for (const kept of ['outer', 'several', 'foreign', 'looks like one']) expect(text).toContain(kept);
  expect(text).not.toContain(CANARY);
});

test('an error shows our own frames, relative to the repository, and no message again', () => {
  const error = new Error(`broken ${TOKEN}\n    at made up (src/fake.ts:1:1)`);
  const [line] = linesOf((logger) => logger.error(error));
  const { stack } = line?.err as { stack: string[] };
  expect(stack[0]).toMatch(/^at .*test\/logger\.test\.ts:\d+:\d+\)?$/);
  expect(stack.join('\n')).not.toMatch(/node_modules|node:|file:|fake\.ts/);
  expect(stack.join('\n')).not.toContain(process.cwd());
});

test('every text is masked: messages, fields, names of fields, lists, addresses, bound fields', () => {
  const places: ((logger: Logger) => void)[] = [
    (logger) => logger.info(`got ${TOKEN}`),
    (logger) => logger.info({ note: `got ${TOKEN}` }),
    (logger) => logger.info({ [TOKEN]: 1 }),
    (logger) => logger.info({ list: ['a', [TOKEN]] }),
    (logger) => logger.info({ url: new URL(`https://host/?x=${TOKEN}`) }),
    (logger) => logger.info({ query: new URLSearchParams({ code: TOKEN }) }),
    (logger) => logger.child({ note: TOKEN }).info('bound'),
    (logger) =>
      logger
        .child({ a: 1 })
        .child({ deep: { note: TOKEN } })
        .info('bound twice'),
  ];
  for (const log of places) {
    const text = textOf(log);
    expect(text).toContain('[masked]');
    expect(text).not.toContain(TOKEN);
  }
});

test('a field with a secret name is masked whatever it holds', () => {
  const fields = {
    accessToken: CANARY,
    auth: { client_secret: CANARY },
    headers: { cookie: CANARY },
    password: CANARY,
  };
  const text = textOf((logger) => logger.info({ ...fields, list: [{ refresh_token: CANARY }] }));
  expect(text).not.toContain(CANARY);
  expect(text.match(/\[masked\]/g)).toHaveLength(5);
});

test('a secret that the length limit cuts in two is not shown by half', () => {
  const text = textOf((logger) => logger.info(`${'word '.repeat(1_598)}${TOKEN} and more ${'x'.repeat(90_000)}`));
  expect(text).not.toContain(TOKEN.slice(0, 8));
  expect(text.length).toBeLessThan(9_000);
});

test('what JSON cannot hold does not stop a line', () => {
  const loop: Record<string, unknown> = { name: 'loop' };
  loop.self = loop;
  const [line] = linesOf((logger) =>
    logger.info({ loop, big: 10n, bytes: Buffer.from(CANARY), when: new Date(0), never: new Date(NaN), call: () => 1 }),
  );
  expect(line).toMatchObject({
    big: '10',
    bytes: `[${CANARY.length} bytes]`,
    when: '1970-01-01T00:00:00.000Z',
    never: null,
  });
  expect(JSON.stringify(line)).toContain('[deeper]');
});

test('text cannot forge a line', () => {
  const lines = linesOf((logger) => logger.info('first\n{"level":"error","msg":"forged"}'));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.level).toBe('info');
});

function textOf(log: (logger: Logger) => void, level: LogLevel = 'debug'): string {
  const lines: string[] = [];
  log(createLogger({ name: 'test', level }, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

function linesOf(log: (logger: Logger) => void, level?: LogLevel): Record<string, unknown>[] {
  const text = textOf(log, level).trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}
