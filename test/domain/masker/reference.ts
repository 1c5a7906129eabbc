import type { Shape } from '../../../src/domain/masker/dictionary.ts';

/**
 * What masking means, told slowly and in other words than the masker's: all of the text is there, every place is looked at
 * by itself. Bytes are characters of a string (latin1), so that Node's own encoders and searches can be used.
 */
export function maskWhole(
  text: string,
  forms: readonly string[],
  shapes: readonly Shape[],
  longestBody: number,
): string {
  const occurrences = [
    ...forms.flatMap((form) => placesOf(form, text).map((start) => ({ start, end: start + form.length }))),
    ...shapes.flatMap((shape) =>
      shape.starts.flatMap((beginning) =>
        placesOf(beginning, text).flatMap((start) => {
          const body = bodyAt(text, start + beginning.length, shape, longestBody);
          const dots = body.split('.').length - 1;
          const counts = body.length >= shape.least && (!shape.twoDots || dots >= 2);
          return counts ? [{ start, end: start + beginning.length + body.length }] : [];
        }),
      ),
    ),
  ].sort((a, b) => a.start - b.start);

  let masked = '';
  let done = 0;
  for (const { start, end } of occurrences) {
    if (start >= done) masked += `${text.slice(done, start)}***`;
    done = Math.max(done, end);
  }
  return masked + text.slice(done);
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) places.push(at);
  return places;
}

function bodyAt(text: string, start: number, { body, closings = [] }: Shape, longestBody: number): string {
  const inBody = new RegExp(`[${body}]`);
  let end = start;
  while (end < text.length && end - start < longestBody && inBody.test(text.charAt(end))) {
    end += 1;
    if (closings.some((closing) => text.slice(0, end).endsWith(closing))) break;
  }
  return text.slice(start, end);
}

/** Every form of a secret, by Node's own encoders where it has them. */
export function formsOf(secret: string): string[] {
  const unix = secret.replace(/\r\n/g, '\n');
  const dos = unix.replace(/\n/g, '\r\n');
  const texts = [secret, unix, dos, secret.trim(), unix.trim(), dos.trim()];
  const long = texts.filter((text) => Array.from(text.trim()).length >= 6);
  const forms = long.flatMap((text) => [text, ...hexOf(text), ...base64Of(text), ...percentOf(text), ...jsonOf(text)]);
  return [...new Set(forms.map((form) => Buffer.from(form).toString('latin1')))];
}

function hexOf(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  return [hex, hex.toUpperCase()];
}

/** A character is the secret's own when it stays the same whatever stands before and after the secret. */
function base64Of(text: string): string[] {
  return ['', '.', '..'].flatMap((before) =>
    (['base64', 'base64url'] as const).flatMap((alphabet) => {
      const encode = (first: string, last: string): string =>
        Buffer.concat([Buffer.from(first), Buffer.from(text), Buffer.from(last)]).toString(alphabet);
      const first = before.replace(/./g, '\u0000');
      const [low, high, alone] = [
        encode(first, '\0\0'),
        encode(before.replace(/./g, '\x7f'), '\x7f\x7f'),
        encode(first, ''),
      ];
      const start = Math.ceil((before.length * 8) / 6);
      let end = start;
      while (end * 6 + 6 <= (before.length + Buffer.byteLength(text)) * 8) end += 1;
      if (low.slice(start, end) !== high.slice(start, end))
        throw new Error('these characters are not the secret’s own');
      const bare = alone.replace(/=+$/, '');
      const padding = '='.repeat((4 - (bare.length % 4)) % 4);
      return [alone.slice(start, end), bare.slice(start), bare.slice(start) + padding];
    }),
  );
}

function percentOf(text: string): string[] {
  const bytes = Buffer.from(text).toString();
  const component = encodeURIComponent(bytes);
  const strict = component.replace(
    /[!'()*]/g,
    (character) => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
  );
  const upper = [
    component,
    encodeURI(bytes),
    strict,
    strict.replaceAll('%2F', '/'),
    new URLSearchParams({ v: bytes }).toString().slice(2).replaceAll('+', '%20'),
    Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '%$&'),
  ];
  const cased = upper.flatMap((form) => [form, form.replace(/%../g, (escape) => escape.toLowerCase())]);
  return cased.flatMap((form) => [form, form.replaceAll('%20', '+')]);
}

/** What each serializer writes as an escape besides what JSON demands. */
const SERIALIZERS: ((character: string) => boolean)[] = [
  () => false,
  (character) => character < ' ' || character > '~',
  (character) => '<>&\u2028\u2029'.includes(character),
  (character) => "<>&='\u2028\u2029".includes(character),
  (character) => character < ' ' || character > '~' || `<>&'"+\``.includes(character),
];

function jsonOf(text: string): string[] {
  const units = Array.from({ length: text.length }, (_, at) => text.charAt(at));
  const forms = SERIALIZERS.flatMap((escapes) =>
    [false, true].map((isUpper) => {
      // A surrogate pair is looked at as a whole by JSON.stringify, and as two units by whoever escapes it.
      const written = units.map((unit, at) => {
        const pair = isPair(text, at) ? text.slice(at, at + 2) : isPair(text, at - 1) ? undefined : unit;
        const plain = pair === undefined ? '' : JSON.stringify(pair).slice(1, -1);
        const isShort = /^\\[^u]$/.test(plain) && unit !== '"';
        if (!isShort && escapes(unit)) return escapeOf(unit, isUpper);
        return plain.startsWith('\\u') ? escapeOf(unit, isUpper) : plain;
      });
      return written.join('');
    }),
  );
  const twice = JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1);
  return [...forms, twice].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

const isPair = (text: string, at: number): boolean => (text.codePointAt(at) ?? 0) > 0xffff;

function escapeOf(unit: string, isUpper: boolean): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${isUpper ? digits.toUpperCase() : digits}`;
}
