import { expect, test } from '@jest/globals';
import type { MaskStream } from '../../../src/domain/masker/mask-stream.ts';
import { createMasker } from '../../../src/domain/masker/masker.ts';
import { LONGEST_BODY, SHAPES } from '../../../src/domain/masker/shapes.ts';
import { examine } from './case.ts';
import { formsOf } from './reference.ts';

/** Built from parts, so that no scanner takes this file for a leak. */
const join = (...parts: string[]): string => parts.join('');

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (masked: Uint8Array): string => Buffer.from(masked).toString('latin1');

/** The output for `raw` (latin1) when it comes in these chunks. */
function mask(masker: MaskStream, ...raw: string[]): string {
  return raw.map((chunk) => text(masker.write(bytes(chunk)))).join('') + text(masker.end());
}

const SECRET = 'Tr0ub4dor&3/é\n+"x"';

test('a secret in any form is masked wherever a chunk ends', () => {
  const { createStream } = examine({ secrets: [SECRET] });
  for (const form of formsOf(SECRET)) {
    const raw = `before ${form} after`;
    for (let cut = 0; cut <= raw.length; cut++) {
      const output = mask(createStream(), raw.slice(0, cut), raw.slice(cut));
      if (output !== 'before *** after') expect([form, cut, output]).toEqual([form, cut, 'before *** after']);
    }
    expect(mask(createStream(), ...raw)).toBe('before *** after');
  }
});

const MASKED: [what: string, secrets: string[], raw: string, output: string][] = [
  ['overlapping secrets', ['abcdefgh', 'efghijkl'], '-abcdefghijkl-', '-***-'],
  ['the longer of two that begin alike', ['abcdef', 'abcdefgh'], 'abcdef abcdefgh', '*** ***'],
  ['a secret inside another', ['abcdefghij', 'cdefgh'], 'abcdefghij cdefgh abcdefgh', '*** *** ab***'],
  ['a secret that overlaps itself', ['ababab'], 'xabababababx', 'x***x'],
  ['secrets that touch', ['abcdef', 'ghijkl'], 'abcdefghijkl', '******'],
  [
    'the longest that is there, with what is left of a longer one',
    ['abcdef', 'abcdefghijkl'],
    'abcdefghijk',
    '***ghijk',
  ],
  ['a secret that contains the mask', ['ab***cd', 'abcdef'], 'ab***cd abcdef ***', '*** *** ***'],
  ['a secret longer than the mask that is all asterisks', ['******'], '***** ****** *******', '***** *** ***'],
  ['a secret with LF, written with CR LF', ['line one\nline two'], 'a\r\nline one\r\nline two\r\nb', 'a\r\n***\r\nb'],
  ['a secret with CR LF, written with LF', ['line one\r\nline two'], 'a\nline one\nline two\nb', 'a\n***\nb'],
  ['a secret read from a file, written without its last line break', ['s3cret-value\n'], '"s3cret-value"', '"***"'],
  ['a secret between invalid UTF-8', ['s3cret'], '\xff\xc3s3cret\xa9\x80', '\xff\xc3***\xa9\x80'],
  ['a secret with NUL', ['a\0b\0c\0d'], '\0a\0b\0c\0d\0', '\0***\0'],
  ['a secret again after a near miss', ['aaaaab'], 'aaaaaaab', 'aa***'],
];

test.each(MASKED)('%s: masked', (_what, secrets, raw, output) => {
  expect(mask(createMasker(secrets).stream(), raw)).toBe(output);
  expect(mask(createMasker(secrets).stream(), ...raw)).toBe(output);
});

test('secrets that are too short are not masked', () => {
  const masker = createMasker(['', 'long enough', 'x', '***', 'abcde', ' abcde ']).stream();
  expect(mask(masker, 'x abcde  abcde  *** long enough')).toBe('x abcde  abcde  *** ***');
});

test('ordinary output stays as it is, byte for byte', () => {
  const every = Array.from({ length: 65_536 }, (_, pair) => String.fromCharCode(pair >> 8, pair & 255)).join('');
  const words =
    '12% of 1// and eyJ, gho_ sk-ant- AKIA xoxb- ya29. s.token hvs. -----BEGIN PRIVATE KEY----- "MTIz" \r\x1b[2K';
  for (const raw of [every, words, Buffer.from('이번 주 일정 보여줘\r\n').toString('latin1'), '']) {
    expect(mask(createMasker([SECRET]).stream(), raw)).toBe(raw);
    expect(mask(createMasker([SECRET]).stream(), ...(raw.match(/[^]{1,7}/g) ?? []))).toBe(raw);
  }
});

const KEY = join(
  '-----BEGIN RSA ',
  'PRIVATE KEY-----\n',
  'MIIEvQIBADANBgkq\n'.repeat(20),
  '-----END RSA ',
  'PRIVATE KEY-----',
);
const TOKENS: [string, string][] = [
  ['a GitHub personal token', join('gh', 'p_', 'CanaryCanaryCanaryCanaryCanary123456')],
  ['a GitHub OAuth token', join('gh', 'o_', 'CanaryCanaryCanaryCanaryCanary123456')],
  ['a fine-grained GitHub token', join('github', '_pat_', '11CANARY0_canarycanarycanary')],
  ['an Anthropic key', join('sk-', 'ant-', 'api03-canary_canary-canary')],
  ['a Google access token', join('ya', '29.', 'a0AfB_byC-canary-1234567890')],
  ['a Google refresh token', join('1/', '/0', 'gCanaryCanary_canary-canary')],
  ['a Google refresh token in an address', join('1%2', 'F%2F0', 'gCanaryCanary_canary-canary')],
  ['a Google client secret', join('GOC', 'SPX-', 'canary_canary-canary')],
  ['a Google API key', join('AI', 'za', 'SyCanaryCanaryCanaryCanaryCanary-12345')],
  ['a Slack token', join('xo', 'xb-', '123456789-canarycanary')],
  ['an AWS key id', join('AK', 'IA', 'CANARYCANARY1234')],
  ['a Vault token', join('hv', 's.', 'CAESICanaryCanaryCanary')],
  ['a JSON Web Token', join('ey', 'JhbGciOiJSUzI1NiJ9.', 'eyJzdWIiOiJjYW5hcnkifQ.', 'c2lnbmF0dXJl-_')],
  ['a JSON object in base64', join('ey', 'JhdXRocyI6eyJhIjp7ImF1dGgiOiJjYW5+', '/3J5In19fQ==')],
  ['a Discord bot token', join('MTIzNDU2Nzg5MDEyMzQ1Njc4.', 'GCanry.', 'canarycanarycanarycanarycanary-1')],
  ['a private key', KEY],
  ['a private key with CR LF', KEY.replaceAll('\n', '\r\n')],
  ['an indented private key', KEY.replaceAll('\n', '\n    ')],
  ['a private key in JSON', JSON.stringify(KEY).slice(1, -1)],
  ['an encrypted private key', KEY.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n')],
];

test.each(TOKENS)('%s is masked without being known, wherever a chunk ends', (_what, token) => {
  for (const [before, after] of [
    ['', ''],
    ['token="', '"\n'],
    ['next%3D', '&x'],
    ['first\\n', ' second'],
    ['a', "'b"],
  ] as const) {
    expect(createMasker([]).text(before + token + after)).toBe(`${before}***${after}`);
  }
  const { createStream } = examine({ secrets: [] });
  const raw = `<${token}>`;
  for (let cut = 0; cut <= raw.length; cut++) {
    expect([cut, mask(createStream(), raw.slice(0, cut), raw.slice(cut))]).toEqual([cut, '<***>']);
  }
});

test('a private key that is cut off is masked up to where something else begins', () => {
  const cutOff = KEY.slice(0, 150);
  expect(createMasker([]).text(`${cutOff}\n[2026-11-24] next`)).toBe('***[2026-11-24] next');
  expect(createMasker([]).text(cutOff)).toBe('***');
});

test('a token that runs into a secret, and a secret into a token, are one mask', () => {
  const token = join('gh', 'p_', 'canary0123');
  expect(createMasker(['0123 and more']).text(`x ${token} and more y`)).toBe('x *** y');
  expect(createMasker(['more and gh']).text(`x more and ${token} y`)).toBe('x *** y');
});

test('the shapes are what the masker takes them for', () => {
  for (const { starts, body, closings = [], least } of SHAPES) {
    for (const start of starts) {
      expect(start.length).toBeGreaterThanOrEqual(3);
      expect(starts.filter((other) => other.includes(start))).toEqual([start]);
      expect(start).toMatch(/^[ -~]+$/);
      for (const closing of closings) {
        expect(closing).toMatch(new RegExp(`^[${body}]{1,${start.length}}$`));
      }
    }
    expect(least).toBeGreaterThan(0);
  }
  expect(SHAPES.length).toBeLessThan(32);
});

const CHUNK = 64 * 1024;

/** Writes `piece` again and again; returns the output's length and the most that was held back. */
function stream(masker: MaskStream, piece: string, total: number): { output: number; held: number } {
  const chunk = bytes(piece.repeat(Math.ceil(CHUNK / piece.length)));
  let [output, held] = [0, 0];
  for (let written = 0; written < total;) {
    output += masker.write(chunk).length;
    written += chunk.length;
    held = Math.max(held, written - masker.settled);
  }
  return { output: output + masker.end().length, held };
}

test('a line of 100 MB passes through, and hardly anything of it is held', () => {
  const { output, held } = stream(createMasker([SECRET]).stream(), 'no line break and no secret ', 100_000_000);
  expect(output).toBeGreaterThanOrEqual(100_000_000);
  expect(held).toBeLessThan(100);
}, 120_000);

test.each([
  ['a secret that repeats itself', ['aaaaaaaa', `${'a'.repeat(5_000)}b`], 'a', 3],
  ['the beginning of a token again and again', [], join('ey', 'J'), undefined],
  ['a token without an end', [], join('ey', 'JzdWIiOiJjYW5hcnkifQ'), undefined],
  ['private keys without an end', [], KEY.slice(0, 150), undefined],
])(
  '%s: what is held back is bounded',
  (_what, secrets, piece, output) => {
    const measured = stream(createMasker(secrets).stream(), piece, 1_000_000);
    expect(measured.held).toBeLessThan(2 * LONGEST_BODY + CHUNK);
    expect(measured.output).toBeLessThanOrEqual(output ?? 1_000_000);
  },
  120_000,
);

test('a token that is longer than any is masked up to there, and the rest is output', () => {
  const start = join('gh', 'p_');
  expect(createMasker([]).text(start + 'a'.repeat(LONGEST_BODY))).toBe('***');
  expect(createMasker([]).text(start + 'a'.repeat(LONGEST_BODY + 3))).toBe('***aaa');
});

test('while a mask is still to come it is told, so that no character is expected to go on', () => {
  const masker = createMasker(['abcdefabcx', 'abcdef']).stream();
  expect(text(masker.write(bytes('\xec')))).toBe('\xec');
  expect([masker.settled, masker.isMasking]).toEqual([1, false]);
  expect(text(masker.write(bytes('abcdefabc')))).toBe('');
  expect(masker.isMasking).toBe(true);
  expect(text(masker.write(bytes('!')))).toBe('***abc!');
  expect([masker.settled, masker.isMasking]).toEqual([11, false]);
});

test('a chunk may be used again after it was written', () => {
  const masker = createMasker(['abcdef']).stream();
  const chunk = bytes('output abcd');
  const first = masker.write(chunk);
  chunk.fill(0);
  expect(text(first) + text(masker.write(bytes('ef!'))) + text(masker.end())).toBe('output ***!');
});

test('of an error only its message is kept, masked', () => {
  const error = Object.assign(new Error('refused: Bearer s3cret-value', { cause: new Error('s3cret-value') }), {
    config: { headers: { authorization: 's3cret-value' } },
  });
  expect(createMasker(['s3cret-value']).text(error)).toBe('refused: Bearer ***');
});

test('text that is no valid Unicode is masked too, and keeps its byte order mark', () => {
  expect(createMasker(['s3cret']).text('\ufeffa\ud800s3cret한')).toBe('\ufeffa\ufffd***한');
});

test('secrets that are too long to be masked are refused', () => {
  expect(() => createMasker(['x'.repeat(1_000_000)])).toThrow(RangeError);
});

test('nothing of one text, or stream, is kept for the next', () => {
  const masker = createMasker(['s3cret-value']);
  expect(masker.text('cut off: s3cret-')).toBe('cut off: s3cret-');
  expect(masker.text('value and s3cret-value')).toBe('value and ***');
  const [one, other] = [masker.stream(), masker.stream()];
  expect(text(one.write(bytes('s3cret-')))).toBe('');
  expect(mask(other, 'value')).toBe('value');
  expect(mask(one, 'value')).toBe('***');
});
