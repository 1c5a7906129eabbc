import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { kim, startHttp, until } from './http-fixture.ts';
import type { Http } from './http-fixture.ts';
import { openSse } from './sse-reader.ts';

let http: Http;
afterEach(() => http.stop());

const FAST = { headersTimeoutMs: 150, requestTimeoutMs: 300, checkEveryMs: 30 };

/** Bytes over a plain socket; collects what comes back until the server closes. */
function rawSocket(port: number) {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let closed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  return { socket, received: () => received, closed: () => closed };
}

test('WE-1: a socket that sends its head a byte at a time is cut off', async () => {
  http = await startHttp({ server: FAST });
  const slow = rawSocket(http.port);
  const drip = setInterval(() => slow.socket.write('x'), 10);
  slow.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost:8000\r\nX-Slow: ');
  await until(slow.closed);
  clearInterval(drip);
  expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /);
});

test('WE-1: a socket that never finishes its body is cut off, and others are served meanwhile', async () => {
  http = await startHttp({ server: FAST });
  const slow = rawSocket(http.port);
  slow.socket.write(
    `POST /api/messages HTTP/1.1\r\nHost: localhost:8000\r\nOrigin: http://localhost:8000\r\nCookie: panager=${http.signInAs(kim)}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  );
  expect((await http.ask({ path: '/healthz' })).status).toBe(200);
  await until(slow.closed);
  expect(http.callsOf('intake')).toEqual([]);
});

test('WE-1: a socket that says nothing is cut off', async () => {
  http = await startHttp({ server: FAST });
  const silent = rawSocket(http.port);
  await until(silent.closed);
});

test('WE-1: 2,000 headers are refused, and so are 101', async () => {
  http = await startHttp();
  for (const count of [2000, 101]) {
    const headers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, '1']));
    expect((await http.ask({ path: '/api/session', headers })).status).toBe(431);
  }
  expect(http.calls).toEqual([]);
});

test.each([
  ['nonsense', 'HELLO\r\n\r\n', 400],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost:8000\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: localhost:8000\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx',
    400,
  ],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost:8000\r\nX: a\0b\r\n\r\n', 400],
  ['a header of 20 KB', `GET / HTTP/1.1\r\nHost: localhost:8000\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('WE-1: %s gets an answer and the connection is closed', async (_name, bytes, status) => {
  http = await startHttp();
  const socket = rawSocket(http.port);
  socket.socket.write(bytes, 'latin1');
  await until(socket.closed);
  expect(socket.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('closing ends event streams at once', async () => {
  http = await startHttp({
    feed: { position: async () => 0, since: async () => [], subscribe: () => () => {} },
    server: { closeWithinMs: 60_000 },
  });
  const reader = await openSse(http.port, { as: http.signInAs(kim) });
  await http.stop();
  await until(reader.ended);
});

test('closing waits a bounded time for what is under way, and twice is fine', async () => {
  http = await startHttp({ readiness: () => new Promise(() => {}), server: { closeWithinMs: 50 } });
  const hanging = http.ask({ path: '/readyz' }).catch(() => 'cut off');
  await new Promise((resolve) => setImmediate(resolve));
  await http.stop();
  expect(await hanging).toBe('cut off');
});

test('a taken port is an error that says so', async () => {
  http = await startHttp();
  await expect(startHttp({ listenOn: http.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
