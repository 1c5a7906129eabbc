import { expect, test } from '@jest/globals';
import { controlFrame, createFrameReader, frameHeader, KINDS } from '../../infra/images/keeper/frames.ts';
import { createLineReader } from '../../infra/images/keeper/lines.ts';
import { createSpool } from '../../infra/images/keeper/spool.ts';

test('frames are found wherever their bytes are cut', () => {
  const payload = Buffer.from('a\0b\n');
  const sent = Buffer.concat([
    frameHeader(KINDS.stdout, payload.length),
    payload,
    frameHeader(KINDS.stderr, 0),
    controlFrame({ state: 'waiting' }),
  ]);
  for (let first = 0; first <= sent.length; first += 1) {
    for (let second = first; second <= sent.length; second += 1) {
      const read = createFrameReader();
      const cuts = [sent.subarray(0, first), sent.subarray(first, second), sent.subarray(second)];
      const frames = cuts.flatMap((bytes) => read(bytes)).map(({ kind, payload: bytes }) => [kind, bytes.toString()]);
      expect(frames).toEqual([
        [1, 'a\0b\n'],
        [2, ''],
        [3, '{"state":"waiting"}'],
      ]);
    }
  }
});

test('what is no frame, or too long for one, is refused', () => {
  expect(() => createFrameReader()(Buffer.from([4, 0, 0, 0, 0]))).toThrow();
  expect(() => createFrameReader()(Buffer.from([1, 255, 255, 255, 255]))).toThrow();
});

test('lines are found wherever their bytes are cut, also within a character', () => {
  const sent = Buffer.from('{"a":"한"}\n\nnext\nrest');
  for (let cut = 0; cut <= sent.length; cut += 1) {
    const read = createLineReader(100);
    expect([...read(sent.subarray(0, cut)), ...read(sent.subarray(cut))]).toEqual(['{"a":"한"}', '', 'next']);
  }
  expect(() => createLineReader(3)(Buffer.from('abcd'))).toThrow();
});

test('the spool is full by bytes and by pieces, and has room again for what was acknowledged', () => {
  const large = createSpool(1000);
  large.append('stdout', Buffer.alloc(900));
  expect(large.isFull()).toBe(true);
  large.acknowledge({ stdout: 900, stderr: 0 });
  expect(large.isFull()).toBe(false);
  const small = createSpool(1_000_000);
  let pieces = 0;
  for (; !small.isFull(); pieces += 1) small.append(pieces % 2 ? 'stdout' : 'stderr', Buffer.from('x'));
  expect(pieces).toBeLessThan(5000);
});

test('acknowledging less than before, or more than there is, forgets nothing that may still be asked for', () => {
  const spool = createSpool(1000);
  spool.append('stdout', Buffer.from('abc'));
  spool.acknowledge({ stdout: 2, stderr: 99 });
  spool.acknowledge({ stdout: 0, stderr: 0 });
  expect(spool.acknowledged()).toEqual({ stdout: 2, stderr: 0 });
  expect(spool.canReadFrom({ stdout: 1, stderr: 0 })).toBe(false);
  expect(spool.canReadFrom({ stdout: 4, stderr: 0 })).toBe(false);
  expect(spool.readFrom({ stdout: 2, stderr: 0 })()?.bytes.toString()).toBe('c');
});

test('order between the streams is kept, and a reader goes on where others forget', () => {
  const spool = createSpool(1000);
  spool.append('stdout', Buffer.from('1'));
  spool.append('stderr', Buffer.from('2'));
  spool.append('stdout', Buffer.from('3'));
  const next = spool.readFrom({ stdout: 0, stderr: 0 });
  expect(next()?.bytes.toString()).toBe('1');
  spool.acknowledge({ stdout: 1, stderr: 1 });
  expect(next()?.bytes.toString()).toBe('3');
  expect(next()).toBeUndefined();
  spool.append('stderr', Buffer.from('4'));
  expect(next()).toMatchObject({ stream: 'stderr' });
});
