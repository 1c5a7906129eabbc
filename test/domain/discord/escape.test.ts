import { expect, test } from '@jest/globals';
import { codeBlock, plainWords, withoutDeception, withVisibleCharacters } from '../../../src/domain/discord/escape.ts';

test('an answer loses what hides or reorders its words, and keeps joined emoji', () => {
  expect(withoutDeception('a\u202egnp.exe\u2066 b\u200bc\u0000\u0007\r\nd\te')).toBe('agnp.exe bc\nd\te');
  expect(withoutDeception('👨‍👩‍👧‍👦 각')).toBe('👨‍👩‍👧‍👦 각');
  expect(withoutDeception('x\ud800y').isWellFormed()).toBe(true);
});

test('a preview shows every hidden character by its code point', () => {
  expect(withVisibleCharacters('a\u202eb\u0000c\nd\u200e')).toBe('a\\u{202e}b\\u{0}c\nd\\u{200e}');
});

test('somebody else’s words become one line without markup', () => {
  expect(plainWords('  **굵게**\n`코드` [x](y) # ~~_')).toBe(
    '\\*\\*굵게\\*\\* \\`코드\\` \\[x\\]\\(y\\) \\# \\~\\~\\_',
  );
});

test('a code block cannot be ended from inside', () => {
  const block = codeBlock('{"title": "```\n**@everyone**"}', 'json');
  expect(block.split('```')).toHaveLength(3);
  expect(block.replaceAll('\u200d', '')).toContain('{"title": "```\n');
});
