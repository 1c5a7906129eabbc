import { expect, test } from '@jest/globals';
import { MESSAGE_LIMIT, splitMessage } from '../../../src/domain/discord/split-message.ts';

const FAMILY = '👨‍👩‍👧‍👦';

test('a text that fits is one message, and nothing is none', () => {
  expect(splitMessage('  안녕하세요\n')).toEqual(['안녕하세요']);
  expect(splitMessage('가'.repeat(MESSAGE_LIMIT))).toHaveLength(1);
  expect(splitMessage(' \n ')).toEqual([]);
});

test('2,001 characters are two messages that lose nothing', () => {
  const parts = splitMessage('가'.repeat(2_001));
  expect(parts.map(({ length }) => length)).toEqual([2_000, 1]);
});

test('paragraphs, then lines, then words stay whole', () => {
  const paragraph = `${'말 '.repeat(600)}끝.`;
  expect(splitMessage(`${paragraph}\n\n${paragraph}`)).toEqual([paragraph, paragraph]);
  const line = '줄'.repeat(1_500);
  expect(splitMessage(`${line}\n${line}`)).toEqual([line, line]);
  expect(splitMessage('단어 '.repeat(1_000)).every((part) => /^(단어 )*단어$/.test(part))).toBe(true);
});

test.each([
  ['joined emoji', FAMILY],
  ['a letter of composed parts', '각'.normalize('NFD')],
  ['a surrogate pair', '𠮷'],
  ['a flag', '🇰🇷'],
])('the cut never goes through %s', (_, unit) => {
  const whole = `x${unit.repeat(1_500)}`;
  const parts = splitMessage(whole);
  expect(parts.join('')).toBe(whole);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
    expect(part.replace(/^x/, '').replaceAll(unit, '')).toBe('');
  }
});

test('one character of endless marks is cut between code points', () => {
  const parts = splitMessage(`a${'\u0301'.repeat(5_000)}`);
  expect(parts.every((part) => part.length <= MESSAGE_LIMIT && part.isWellFormed())).toBe(true);
  expect(parts.join('')).toHaveLength(5_001);
});

test('a code block that is cut is closed and opened again with its language', () => {
  const line = 'const answer = 42;';
  const parts = splitMessage(`앞\n\`\`\`ts\n${`${line}\n`.repeat(300)}\`\`\`\n뒤`);
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
    expect(part.split('```').length % 2).toBe(1);
  }
  expect(parts.slice(1).every((part) => part.startsWith('```ts\n'))).toBe(true);
  expect(parts.join('\n').split(line)).toHaveLength(301);
  expect(parts.at(-1)).toMatch(/뒤$/);
});

test('a block that ends exactly at the cut leaves no empty one behind', () => {
  for (let length = 1_960; length < 2_010; length++) {
    const parts = splitMessage(`\`\`\`\n${'x'.repeat(length)}\n\`\`\`\n그리고 더`);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
      expect(part).not.toMatch(/```\s*```/);
      expect(part.split('```').length % 2).toBe(1);
    }
    expect(parts.join('').replaceAll(/[^x]/g, '')).toHaveLength(length);
    expect(parts.at(-1)).toMatch(/그리고 더$/);
  }
});

test('a block that was never closed does not swallow what follows the message', () => {
  expect(splitMessage('```js\nlet x')).toEqual(['```js\nlet x\n```']);
  const parts = splitMessage(`\`\`\`${'x'.repeat(4_000)}`);
  expect(parts.every((part) => part.length <= MESSAGE_LIMIT && part.split('```').length % 2 === 1)).toBe(true);
});

test('any mixture of marks and characters comes out within the limit, and comes to an end', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pieces = ['```', '```js\n', '`', '\n', '\n\n', ' ', 'word', FAMILY, '가', 'x'.repeat(700), '**', '𠮷'];
  for (let round = 0; round < 200; round++) {
    const text = Array.from({ length: random(60) }, () => pieces[random(pieces.length)]).join('');
    const parts = splitMessage(text, 300);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(300);
      expect(part.isWellFormed()).toBe(true);
      expect(part.trim()).not.toBe('');
    }
    // `word` may be a block's language, which is told again.
    const letters = (of: string) => of.replaceAll(/[^x가𠮷👨]/gu, '').length;
    expect(letters(parts.join(''))).toBe(letters(text));
  }
});
