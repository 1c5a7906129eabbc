import type { Shape } from '../../../src/domain/masker/dictionary.ts';
import { seeded, type Random } from '../../soak/random.ts';
import type { Case, Subject } from './case.ts';
import { formsOf } from './reference.ts';

/** Texts for each subject: to compile what is looked for takes longer than to look. */
export const CASES_PER_SEED = 20;

/** What the seed stands for. Few different characters, so that words overlap, nest, repeat and almost match. */
export function generate(seed: number): { subject: Subject; cases: Case[] } {
  const random = seeded(seed);
  const [subject, pieces] = random.integer(3) === 0 ? secrets(random) : madeUp(random);
  const cases = Array.from({ length: CASES_PER_SEED }, () => {
    const text = textOf(random, pieces);
    return { text, cuts: cutsOf(random, text.length) };
  });
  return { subject, cases };
}

const ALPHABETS = [
  'ab',
  'a*',
  'ab/+',
  'a\n',
  'a\r\n ',
  '"\\/',
  'é한a',
  '0aA',
  '%&=',
  '<\u2028a\u0001',
  '🙂\ud800',
  'MTIz.',
];
const TOKENS = [
  ['gh', 'p_'],
  ['ey', 'J'],
  ['ya', '29.'],
  ['1/', '/0'],
  ['AK', 'IA'],
  ['MT', 'Iz'],
  ['-----BEGIN ', 'EC PRIVATE KEY-----'],
  ['-----END ', 'EC PRIVATE KEY-----'],
].map((parts) => parts.join(''));
const TOKEN_CHARACTERS = 'aA0_-.\n';

function secrets(random: Random): [Subject, string[]] {
  const chosen: string[] = [];
  const count = random.integer(5);
  while (chosen.length < count) {
    const [earlier = '', other = ''] = [random, random].map(() => (chosen.length > 0 ? random.pick(chosen) : ''));
    chosen.push(
      random.pick([
        () => letters(random, random.pick(ALPHABETS), 5 + random.integer(8)),
        () => letters(random, random.pick(ALPHABETS), random.integer(4)),
        () => earlier + other + letters(random, 'ab', 2),
        () => earlier.slice(1 + random.integer(2)),
        () => earlier.slice(0, -1),
        () => `${earlier}***${other}`,
        () => '***',
      ])(),
    );
  }
  const forms = chosen.flatMap(formsOf);
  const runs = Array.from({ length: 8 }, () => letters(random, TOKEN_CHARACTERS, random.integer(30)));
  return [{ secrets: chosen }, [...forms, ...forms, ...TOKENS, ...runs]];
}

function madeUp(random: Random): [Subject, string[]] {
  const alphabet = random.pick(['ab', 'abc', 'ab.', 'a.*']);
  const word = (shortest: number, longest: number): string =>
    letters(random, alphabet, shortest + random.integer(longest - shortest + 1));
  const forms = Array.from({ length: random.integer(4) }, () => word(3, 8));
  const shapes = Array.from({ length: random.integer(3) }, (): Shape => {
    const length = 3 + random.integer(2);
    const closing = word(1, length);
    const body = new Set(letters(random, alphabet, 1 + random.integer(3)));
    return {
      // All of one length: none stands inside another.
      starts: Array.from({ length: 1 + random.integer(2) }, () => word(length, length)),
      body: [...body].join(''),
      least: random.integer(4),
      twoDots: random.integer(3) === 0,
      closings: random.integer(3) === 0 ? [closing] : [],
    };
  });
  const pieces = [...forms, ...shapes.flatMap(({ starts, closings = [] }) => [...starts, ...closings]), alphabet];
  return [{ forms, shapes, longestBody: 1 + random.integer(12) }, pieces];
}

function textOf(random: Random, pieces: readonly string[]): string {
  let text = '';
  const count = 1 + random.integer(12);
  for (let made = 0; made < count; made++) {
    const piece = random.pick(pieces);
    text = random.pick([
      () => text + piece,
      () => text + piece,
      () => text + overlapping(text, piece),
      () => text + piece.slice(random.integer(3)),
      () => text + piece.slice(0, random.integer(piece.length + 1)),
      () => text + spoilt(random, piece),
      () => text + letters(random, [...new Set(piece)].join('') || 'a', random.integer(10)),
      () => text + String.fromCharCode(random.integer(256)),
    ])();
  }
  return text;
}

/** What of `piece` is missing when it begins inside of `text`. */
function overlapping(text: string, piece: string): string {
  for (let length = piece.length - 1; length > 0; length--) {
    if (text.endsWith(piece.slice(0, length))) return piece.slice(length);
  }
  return piece;
}

function spoilt(random: Random, piece: string): string {
  const at = random.integer(piece.length);
  return piece.slice(0, at) + String.fromCharCode(random.pick([0x61, 0x80, 0xff, 0x0a, 0x2a])) + piece.slice(at + 1);
}

/** Ascending places, some of them the same: chunks may be empty. */
function cutsOf(random: Random, length: number): number[] {
  if (random.integer(4) === 0) return Array.from({ length }, (_, at) => at);
  const cuts = Array.from({ length: random.integer(6) }, () => random.integer(length + 1));
  return cuts.sort((a, b) => a - b);
}

function letters(random: Random, alphabet: string, length: number): string {
  const characters = [...alphabet];
  return Array.from({ length }, () => random.pick(characters)).join('');
}
