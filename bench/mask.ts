import { createMasker } from '../src/domain/masker/masker.ts';
import { seeded, type Random } from '../test/soak/random.ts';
import { percentile, type Entry } from './statistics.ts';

const CHUNK = 64 * 1024;
const ROUNDS = 5;
/** What a run is lent at most, for all practical purposes. */
const SECRETS = 20;
const AIM_MB_PER_S = 100;

/** One run's output through the masker, beside masking by hand. Milliseconds for `megabytes` of each kind of text, made from `seed`. */
export function benchMask(megabytes: number, seed: number): Entry {
  const random = seeded(seed);
  const secrets = Array.from({ length: SECRETS }, () => token(random, 40));
  const texts: [what: string, line: () => string][] = [
    ['ordinary log text', () => logLine(random)],
    ['base64 in lines', () => `${token(random, 76)}\n`],
    ['a secret in each line', () => `${logLine(random).trim()} ${random.pick(secrets)}\n`],
    ['secrets that break off', () => `${random.pick(secrets).slice(0, -1)}\n`],
  ];
  const rows = texts.map(([what, line]) => {
    const chunks = chunksOf(line, megabytes);
    const [ours, reference]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      reference.push(timed(() => byHand(secrets, chunks)));
      ours.push(timed(() => masked(secrets, chunks)));
    }
    return { what, ours, reference };
  });
  const speeds = rows.map(
    ({ what, ours }) => `${what} ${(megabytes / (percentile(ours, 0.5) / 1000)).toFixed(0)} MB/s`,
  );
  const compiled = timed(() => createMasker(secrets)).toFixed(0);
  const notes = [`${speeds.join(', ')}; the aim for ordinary text is ${AIM_MB_PER_S}`, `to compile ${compiled} ms`];
  return { title: `${megabytes} MB, ${SECRETS} secrets`, rows, notes };
}

function masked(secrets: readonly string[], chunks: readonly Uint8Array[]): void {
  const masker = createMasker(secrets).stream();
  for (const chunk of chunks) masker.write(chunk);
  masker.end();
}

/** Each chunk by itself, each secret as it is: what one writes first. It leaks at every chunk's end and in every encoding. */
function byHand(secrets: readonly string[], chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    const text = Buffer.from(chunk).toString('latin1');
    Buffer.from(
      secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
      'latin1',
    );
  }
}

/** The same megabyte again and again: what is long is not what is measured. */
function chunksOf(line: () => string, megabytes: number): Uint8Array[] {
  const lines: string[] = [];
  for (let length = 0; length < 1_000_000; length += lines.at(-1)?.length ?? 0) lines.push(line());
  const bytes = Buffer.from(lines.join('')).subarray(0, 1_000_000);
  const once = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) =>
    bytes.subarray(at * CHUNK, (at + 1) * CHUNK),
  );
  return Array.from({ length: megabytes }, () => once).flat();
}

const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const WORDS =
  'INFO WARN worker started finished connection /api/runs GET 200 in ms npm src/domain/index.ts node_modules/.bin the of and 이번';

function token(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(CHARACTERS)).join('');
}

function logLine(random: Random): string {
  const words = Array.from({ length: 12 }, () =>
    random.integer(4) === 0 ? String(random.integer(100_000)) : random.pick(WORDS.split(' ')),
  );
  return `2026-11-24T05:12:34.${random.integer(1000)}Z ${words.join(' ')}\n`;
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
