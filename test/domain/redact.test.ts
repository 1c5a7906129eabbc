import { expect, test } from '@jest/globals';
import { MASK, isSecretField, redact } from '../../src/domain/redact.ts';

/** Built from parts, so that no scanner takes this file for a leak. */
const join = (...parts: string[]): string => parts.join('');

const TOKENS: [string, string][] = [
  ['a Google access token', join('ya', '29.', 'a0AfB_byC-canary-1234567890')],
  ['a Google refresh token', join('1/', '/0', 'gCanaryCanary_canary-canary')],
  ['a Google authorization code', join('4/', '0A', 'Canary-canary_canary')],
  ['a Google client secret', join('GOC', 'SPX-', 'canary_canary-canary')],
  ['a GitHub OAuth token', join('gh', 'o_', 'CanaryCanaryCanaryCanaryCanary123456')],
  ['a GitHub personal token', join('gh', 'p_', 'CanaryCanaryCanaryCanaryCanary123456')],
  ['a fine-grained GitHub token', join('github', '_pat_', '11CANARY0_canarycanarycanary')],
  ['an Anthropic key', join('sk-', 'ant-', 'api03-canary_canary-canary')],
  ['a Slack token', join('xo', 'xb-', '123456789-canarycanary')],
  ['a Vault token', join('hv', 's.', 'CAESICanaryCanaryCanary')],
  ['an OpenBao token', join('s', '.', 'CanaryCanaryCanaryCanary')],
  ['a JSON Web Token', join('ey', 'JhbGciOiJSUzI1NiJ9.', 'eyJzdWIiOiJjYW5hcnkifQ.', 'c2lnbmF0dXJl-_')],
  ['a cut-off JSON Web Token', join('ey', 'JhbGciOiJSUzI1NiJ9.', 'eyJzdWIiOiJj.')],
  ['a Discord bot token', join('MTIzNDU2Nzg5MDEyMzQ1Njc4.', 'GCanry.', 'canarycanarycanarycanarycanary-1')],
  ['a private key', join('-----BEGIN ', 'PRIVATE KEY-----\nY2FuYXJ5\n-----END ', 'PRIVATE KEY-----')],
  ['a cut-off private key', join('-----BEGIN ', 'RSA PRIVATE KEY-----\nY2FuYXJ5Y2FuYXJ5')],
];

const AROUND: [string, (token: string) => string][] = [
  ['alone', (token) => token],
  ['in a sentence', (token) => `the token ${token} was refused`],
  ['quoted', (token) => `"${token}"`],
  ['after an encoded equals sign', (token) => `next%3D${token}`],
  ['after an escaped line break', (token) => `first\\n${token}`],
  ['glued to a word', (token) => `token:${token}`],
  ['twice', (token) => `${token} ${token}`],
];

test.each(TOKENS)('%s is masked wherever it stands', (_name, token) => {
  for (const [where, around] of AROUND) {
    expect([where, redact(around(token)).includes(token.slice(4, 16))]).toEqual([where, false]);
    expect(redact(around(token))).toContain(MASK);
  }
});

const SECRET = 'p@ss w0rd';
const CANARY = 'canary-77';
const FORMS: [string, string, string][] = [
  ['a query', `/oauth/google/callback?code=${CANARY}&scope=a`, `/oauth/google/callback?code=${MASK}&scope=a`],
  [
    'a query in the middle',
    `?iss=x&state=${CANARY}&access_token=${CANARY}`,
    `?iss=x&state=${MASK}&access_token=${MASK}`,
  ],
  ['a form', `grant_type=refresh_token&refresh_token=${CANARY}`, `grant_type=refresh_token&refresh_token=${MASK}`],
  ['an encoded query', `return%3Fcode%3D${CANARY}%26scope%3Da`, `return%3Fcode%3D${MASK}%26scope%3Da`],
  ['JSON', `{"client_secret":"${CANARY}","a":1}`, `{"client_secret":"${MASK}","a":1}`],
  ['JSON with spaces', `{"refresh_token" : "${CANARY}"}`, `{"refresh_token" : "${MASK}"}`],
  ['JSON in camel case', `{"accessToken":"${CANARY}"}`, `{"accessToken":"${MASK}"}`],
  ['JSON with quotes in the value', `{"password":"a\\"${CANARY}"}`, `{"password":"${MASK}"}`],
  ['JSON in JSON', `{"body":"{\\"id_token\\":\\"${CANARY}\\"}"}`, `{"body":"{\\"id_token\\":\\"${MASK}\\"}"}`],
  ['an inspected object', `{ codeVerifier: '${SECRET}', a: 1 }`, `{ codeVerifier: '${MASK}', a: 1 }`],
  ['a header', `authorization: Bearer ${CANARY}`, `authorization: Bearer ${MASK}`],
  ['a basic header', `Basic Y2FuYXJ5OmNhbmFyeQ==`, `Basic ${MASK}`],
  ['an address with a password', `postgres://gateway:${CANARY}@db:5432/x`, `postgres://gateway:${MASK}@db:5432/x`],
];

test.each(FORMS)('a secret in %s is masked and the rest stays', (_name, before, after) => {
  expect(redact(before)).toBe(after);
});

const HARMLESS = [
  '이번 주 일정 보여줘',
  'connect ECONNREFUSED 127.0.0.1:5433',
  'request-0190f1c2-7b1e-7c3d-9a55-0123456789ab is waiting for google',
  'https://www.googleapis.com/auth/calendar.events openid email',
  'The bearer token expired.',
  'calendar_list_events took 12 ms (status 503)',
  'SELECT id FROM app_user WHERE code IS NULL',
  'at createVault (src/providers/vault.ts:42:11)',
  'postgres://localhost:5432/panager',
];

test.each(HARMLESS)('%s is left alone', (text) => {
  expect(redact(text)).toBe(text);
});

test('masking what is masked changes nothing', () => {
  for (const text of [...TOKENS.map(([, token]) => `x ${token} y`), ...FORMS.map(([, before]) => before)]) {
    expect(redact(redact(text))).toBe(redact(text));
  }
});

test('long hostile text is masked in bounded time', () => {
  const hostile = ['eyJ'.repeat(2_600), `${'a'.repeat(8_000)}:`, '"code"'.repeat(1_300), `code=${'%2'.repeat(4_000)}`];
  const started = performance.now();
  for (const text of hostile) redact(text);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('a field is secret by its name; error codes and words of ours are not', () => {
  const secret = ['accessToken', 'refresh_token', 'clientSecret', 'Authorization', 'set-cookie', 'x-vault-token'];
  expect(secret.filter((name) => !isSecretField(name, 'x'))).toEqual([]);
  expect(isSecretField('code', join('4/', '0A', 'Canary-canary_canary'))).toBe(true);
  expect(isSecretField('state', 'Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8')).toBe(true);
  for (const word of ['ECONNREFUSED', 'invalidGrant', '23505', 'ERR_HTTP_HEADERS_SENT', 'WAITING']) {
    expect(isSecretField('code', word)).toBe(false);
  }
  expect(['provider', 'tokens', 'requestId'].filter((name) => isSecretField(name, 'x'))).toEqual([]);
});
