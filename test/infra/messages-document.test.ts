import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { messagesDocument } from '../../infra/local/messages/messages-document.ts';

const document = messagesDocument();

test('the document of all messages says what is sent; when not, run infra/local/messages/messages-document.ts', () => {
  const written = readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8');
  expect(written).toBe(`${document}\n`);
});

test('no message has an emoji, an unfilled place or a word of the machine', () => {
  expect(document).not.toMatch(/\p{Extended_Pictographic}/u);
  expect(document).not.toMatch(/undefined|\[object|null\b|NaN|<t:/);
});

test('Korean is polite everywhere: no sentence ends plainly', () => {
  const korean = document
    .split('한국어\n')
    .slice(1)
    .map((part) => part.split('English\n')[0] ?? '');
  expect(korean.length).toBeGreaterThan(40);
  for (const words of korean) expect(words).not.toMatch(/(?:한다|된다|했다|없다|있다|해라|이다)\.(?:\s|$)/);
});
