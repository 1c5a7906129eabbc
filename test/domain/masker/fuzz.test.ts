import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { MaskStream } from '../../../src/domain/masker/mask-stream.ts';
import { soakMasker } from '../../soak/masker.ts';
import { examine, judge, type Case, type Examiner, type Subject } from './case.ts';

/** Each fails when the masker makes the `mistake` that drafts of it have made. What the soak finds is added here. */
const corpus = JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8')) as {
  mistake: string;
  subject: Subject;
  case: Case;
}[];

test.each(corpus.map((entry) => [entry.mistake, entry] as const))(
  'not again: %s',
  (_mistake, { subject, case: each }) => {
    expect(judge(examine(subject), each).finding).toBeUndefined();
  },
);

const soak = (cases: number, examined?: (subject: Subject) => Examiner) =>
  soakMasker({ seed: 1, cases, enough: new AbortController().signal, log: () => undefined, examine: examined });

test('20,000 made-up texts, however they are cut, are masked as if they were there at once', async () => {
  const { cases, masked, failed } = await soak(20_000);
  expect(failed.slice(0, 3)).toEqual([]);
  expect(cases).toBe(20_000);
  expect(masked).toBeGreaterThan(8_000);
}, 300_000);

/** Masks each chunk by itself: what is cut by a chunk's end gets through. */
function chunkwise(examiner: Examiner): MaskStream {
  let settled = 0;
  return {
    write(chunk) {
      settled += chunk.length;
      return Buffer.from(examiner.maskWhole(Buffer.from(chunk).toString('latin1')), 'latin1');
    },
    end: () => new Uint8Array(0),
    get settled() {
      return settled;
    },
    isMasking: false,
  };
}

/** Gives all but the last bytes, as many as the longest form has: a form that begins before and ends in them gets through. */
function withTail(examiner: Examiner): MaskStream {
  const inner = chunkwise(examiner);
  let tail = new Uint8Array(0);
  return {
    write(chunk) {
      const bytes = Buffer.concat([tail, chunk]);
      const cut = Math.max(0, bytes.length - examiner.bound / 2);
      tail = bytes.subarray(cut);
      return inner.write(bytes.subarray(0, cut));
    },
    end: () => inner.write(tail),
    get settled() {
      return inner.settled;
    },
    isMasking: false,
  };
}

test.each([
  ['chunk by chunk', chunkwise],
  ['with a tail held back', withTail],
])('a masker that works %s is caught', async (_how, createWrong) => {
  const wrong = (subject: Subject): Examiner => {
    const examiner = examine(subject);
    return { ...examiner, createStream: () => createWrong(examiner) };
  };
  const { cases, failed } = await soak(2_000, wrong);
  expect(cases).toBe(2_000);
  expect(failed.length).toBeGreaterThan(200);
});
