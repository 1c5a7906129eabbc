import { expect, test } from '@jest/globals';
import { html } from '../../src/http/pages/html.ts';

test.each([
  ['<script>', '&lt;script&gt;'],
  [`"' &amp;`, '&quot;&#39; &amp;amp;'],
  ['한국어 👨‍👩‍👧 e\u0301', '한국어 👨‍👩‍👧 e\u0301'],
  ['a\u202eb\u2066c\u200fd\u061ce', 'a\ufffdb\ufffdc\ufffdd\ufffde'],
  ['a\0b\x1bc\x7fd\u0085e\nf', 'a\ufffdb\ufffdc\ufffdd\ufffde\nf'],
  ['\ud800', '\ufffd'],
])('WE-1: the text %j stands in a page as %j', (text, expected) => {
  expect(html`<p title="${text}">${text}</p>`.markup).toBe(`<p title="${expected}">${expected}</p>`);
});

test('markup of ours, lists of it and nothing are put in as they are', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  const { markup } = html`${items}${null}${[]}${3}`;
  expect(markup).toBe('<li>a</li><li>&lt;b&gt;</li>3');
});
