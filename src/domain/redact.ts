import { TOKEN_SHAPES } from './token-shapes.ts';

/**
 * A net under the wall (SE-3, SE-4): text that looks like a secret is masked by its shape. The wall is that secrets are
 * never put into text in the first place; nothing may rely on this to make a text safe to publish.
 */

export const MASK = '[masked]';

/** Names under which OAuth, Vault and HTTP carry secrets, in the spellings of query strings, JSON and our own code. */
const SECRET_NAMES = [
  'code',
  'state',
  'token',
  '(?:access|refresh|id|client|auth|api|bot|vault|session)[-_]?token',
  '(?:client|webhook)[-_]?secret',
  'secret(?:[-_]?(?:id|key))?',
  '(?:code|pkce)[-_]?verifier',
  'device[-_]?code',
  'pass(?:word|wd|phrase)',
  '(?:api|private)[-_]?key',
  '(?:proxy[-_]?)?authorization',
  '(?:set[-_]?)?cookie',
  'x-vault-token',
].join('|');

/*
 * No word boundary stands before the prefixes: `%3Dya29.` and `\nya29.` are how tokens look inside encoded text.
 * Values are matched by length from their prefix on, so that a cut-off token is masked too.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, MASK],
  // Passwords in addresses: postgres://user:password@host
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"']*:)[^\s/?#"']+@/gi, `$1${MASK}@`],
  // name=value and its percent-encoded form
  [new RegExp(`\\b(${SECRET_NAMES})(=|%3D)(?:(?!%26)[^&\\s"'\`#<>;,])+`, 'gi'), `$1$2${MASK}`],
  [new RegExp(`(%3F|%26)(${SECRET_NAMES})(%3D)(?:(?!%26)[^&\\s"'\`#<>;,])+`, 'gi'), `$1$2$3${MASK}`],
  // "name":"value", and the same inside a JSON string
  [new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*")(?:\\\\.|[^"\\\\])*`, 'gi'), `$1${MASK}`],
  [new RegExp(`(\\\\+"(?:${SECRET_NAMES})\\\\+"\\s*:\\s*\\\\+")[^"\\\\]*`, 'gi'), `$1${MASK}`],
  // name: 'value', as `util.inspect` prints objects
  [new RegExp(`(\\b'?(?:${SECRET_NAMES})'?\\s*:\\s*')(?:\\\\.|[^'\\\\])*`, 'gi'), `$1${MASK}`],
  // Headers
  [/\b(Bearer|Basic)(\s+|%20)[\w.~+/=-]{8,}/gi, `$1$2${MASK}`],
  [/\b(Bot) [\w.-]{20,}/g, `$1 ${MASK}`],
  // What the masker looks for in the output of runs
  ...TOKEN_SHAPES.map(({ starts, body, least }) => {
    const beginnings = starts.map((start) => start.replaceAll('.', '\\.')).join('|');
    return [new RegExp(`(?:${beginnings})[${body}]{${least},}`, 'g'), MASK] as const;
  }),
  // Tokens of Vault and OpenBao without the newer prefix
  [/(?<=^|[^\w.]|%[0-9A-F]{2}|\\[nrt])[sbr]\.[\w-]{20,}/gi, MASK],
  // Discord bot tokens: base64 of an id, a time, a signature
  [/[MNO][\w-]{22,28}\.[\w-]{6}\.[\w-]{27,45}/g, MASK],
];

/** `text` with everything that has the shape of a secret replaced by `[masked]`. Applying it twice changes nothing. */
export function redact(text: string): string {
  return SHAPES.reduce((masked, [shape, replacement]) => masked.replace(shape, replacement), text);
}

const SECRET_NAME = new RegExp(`^(?:${SECRET_NAMES})$`, 'i');
/** What `code` and `state` hold when they are no secrets: error codes, SQL states, words of ours. */
const HARMLESS_WORD = /^(?:\w{1,12}|[A-Za-z_]{1,32})$/;

/** True when a field of this name holds a secret, whatever its value looks like. */
export function isSecretField(name: string, value: string): boolean {
  if (/^(?:code|state)$/i.test(name)) return !HARMLESS_WORD.test(value);
  return SECRET_NAME.test(name);
}
