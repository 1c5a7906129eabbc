import { expect, test } from '@jest/globals';
import { addressesIn, defang } from '../../../src/domain/discord/defang.ts';

/** What clients and servers of Discord make a link, an embed or a mention of. */
const LIVE =
  /[a-z][a-z0-9+.-]*:[\\/]|(?<![\w[])www\.|\bdiscord\.(gg|com|gift|new)\/|\]\(|<(@|#\d|\/\w|a?:\w+:\d|id:|\+\d|mailto:|[^\s>]+@)|@everyone|@here/i;

test.each([
  'https://evil.example/steal?x=1',
  'HTTPS://EVIL.example',
  'http:\\\\evil.example',
  '<https:/evil.example>',
  '<https://evil.example>',
  '[Google 연결](https://evil.example/connect/1)',
  '[Google 연결](<https://evil.example>)',
  '[x](https\\://evil.example)',
  'discord://-/channels/@me',
  'discord.gg/abcdef',
  '초대: discord.com/invite/abc',
  'www.evil.example',
  'https://a.example/https://b.example/discord.gg/x',
  'see(https://evil.example).',
  'https://panager.example/connect/AAAAAAAAAAAAAAAAAAAAAA',
  '||https://evil.example||',
  '`https://evil.example`',
  '```\nhttps://evil.example\n```',
  'javascript://x%0aalert(1)',
  '@everyone @here @EVERYONE',
  '<@1234> <@!1234> <@&1234> <#1234> </pay:1234> </pay now:1234> <a:x:1234> <:x:1234> <id:customize>',
  '<+15551234567> <mailto:a@b.c> <a@b.example>',
])('%j is readable and inert', (text) => {
  const inert = defang(text);
  expect(inert).not.toMatch(LIVE);
  expect(defang(inert)).toBe(inert);
  expect(inert.replaceAll(/[[\]\u200b ‹<]/g, '')).toBe(text.replaceAll(/[[\] ‹<]/g, ''));
});

test.each([
  '오후 3:30 회의, 1/2 진행, and/or, 3.5/5',
  'a < b && c > d; Array<string>; <div>; minji@example.com',
  '• 09:00–10:00 **회의** (회의실 A)\n```ts\nconst x: number = 1;\n```',
  '"내일 3시"; v1.2.3; example.com; 24:00/25:00',
])('%j is left as it is', (text) => {
  expect(defang(text)).toBe(text);
});

test('an address that the person typed stays, the very same and no other', () => {
  const typed = addressesIn('이거 봐줘: https://example.org/a?b=1, 그리고 docs.example.org/x.');
  expect(typed).toEqual(['https://example.org/a?b=1', 'docs.example.org/x']);
  expect(defang('https://example.org/a?b=1 입니다.', typed)).toBe('https://example.org/a?b=1 입니다.');
  expect(defang('(https://example.org/a?b=1)', typed)).toBe('(https://example.org/a?b=1)');
  for (const other of ['https://example.org/a?b=1&c=stolen', 'https://example.org/', 'http://example.org/a?b=1']) {
    expect(defang(other, typed)).not.toMatch(LIVE);
  }
});

test('hostile lengths take no time', () => {
  const started = performance.now();
  for (const unit of ['a', 'a.', '<', '<a', 'https:', '](', ':/', '@', '</x', 'a@']) defang(unit.repeat(50_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
