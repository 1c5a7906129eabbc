import { expect, test } from '@jest/globals';
import { isTooShort, secretForms } from '../../../src/domain/masker/forms.ts';
import { formsOf } from './reference.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const SECRETS = [
  'abcdef',
  'a/+b c"\\\n\r\nxé한🙂<>&\'=`!()*~\u2028\u007f\u0001',
  '\ud800abcdef',
  ' abcdef\n',
  '-----BEGIN\nabc\r\ndef\n',
  'a\r\nb\r\nc',
  '🙂🙂🙂🙂🙂🙂',
  '\t\b\f/////???',
  'password with spaces',
];

test.each(SECRETS)('the forms of %j are those that Node itself would write', (secret) => {
  const forms = secretForms(secret).map(latin1);
  expect(forms.toSorted()).toEqual(formsOf(secret).toSorted());
  expect(new Set(forms).size).toBe(forms.length);
});

const SECRET = 'p/w"é + 42?';
const FORMS: [string, string][] = [
  ['as it is', SECRET],
  ['lower hexadecimal', '702f7722c3a9202b2034323f'],
  ['upper hexadecimal', '702F7722C3A9202B2034323F'],
  ['base64', 'cC93IsOpICsgNDI/'],
  ['base64 for addresses', 'cC93IsOpICsgNDI_'],
  ['base64, one byte later', 'AvdyLDqSArIDQyP'],
  ['base64, two bytes later', 'wL3ciw6kgKyA0Mj'],
  ['an address', 'p%2Fw%22%C3%A9%20%2B%2042%3F'],
  ['an address with lower-case escapes', 'p%2fw%22%c3%a9%20%2b%2042%3f'],
  ['a form', 'p%2Fw%22%C3%A9+%2B+42%3F'],
  ['a path', 'p/w%22%C3%A9%20%2B%2042%3F'],
  ['percent signs only', '%70%2F%77%22%C3%A9%20%2B%20%34%32%3F'],
  ['JSON', 'p/w\\"é + 42?'],
  ['JSON with escaped slashes', 'p\\/w\\"é + 42?'],
  ['JSON in ASCII', 'p/w\\"\\u00e9 + 42?'],
  ['JSON in ASCII with upper-case escapes', 'p/w\\u0022\\u00E9 \\u002B 42?'],
  ['JSON in JSON', 'p/w\\\\\\"é + 42?'],
];

test.each(FORMS)('a secret is looked for as %s', (_as, form) => {
  expect(secretForms(SECRET).map((bytes) => Buffer.from(bytes).toString())).toContain(form);
});

test('the characters of base64 that also hold bits of what stands around are no part of a form', () => {
  const forms = secretForms('secret').map(latin1);
  for (const around of ['a', 'b', 'ab', 'zz', 'abc']) {
    const encoded = btoa(`${around}secret${around}`);
    expect([encoded, forms.some((form) => encoded.includes(form))]).toEqual([encoded, true]);
  }
});

test('no form is under six bytes', () => {
  for (const secret of [...SECRETS, 'aaaaaa', '      abcdef', '\n\n\n\n\n\nabc']) {
    for (const form of secretForms(secret)) expect(form.length).toBeGreaterThanOrEqual(6);
  }
});

test.each([
  ['', true],
  ['x', true],
  ['abcde', true],
  [' abcde\n', true],
  ['          ', true],
  ['비밀번호', true],
  ['abcdef', false],
  ['비밀번호입니다', false],
])('%j is too short to be masked: %j', (secret, expected) => {
  expect(isTooShort(secret)).toBe(expected);
  if (expected) expect(secretForms(secret)).toEqual([]);
});
