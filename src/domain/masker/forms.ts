/** Shorter secrets, and shorter forms, would mask ordinary words. In characters; white space around a secret does not count. */
const SHORTEST_SECRET = 6;

/** True when a secret is too short to be masked: then it must not be lent to anything whose output is shown. */
export function isTooShort(secret: string): boolean {
  return [...secret.trim()].length < SHORTEST_SECRET;
}

/**
 * What `secret` looks like in output, as bytes: itself, in hexadecimal, base64, percent-encoded and inside JSON strings.
 * Each once, none under six bytes. Not among them: base64 broken into lines, encodings of encodings (but JSON in JSON).
 */
export function secretForms(secret: string): Uint8Array[] {
  const forms = new Set<string>();
  for (const text of spellings(secret)) {
    const bytes = utf8.encode(text);
    for (const form of [text, ...inHex(bytes), ...inBase64(bytes), ...inPercent(bytes), ...inJson(text)])
      forms.add(form);
  }
  return [...forms].map((form) => utf8.encode(form));
}

const utf8 = new TextEncoder();

/** With and without white space around it (a file's last line break), its lines broken as given, by LF and by CR LF. */
function spellings(secret: string): string[] {
  const unix = secret.replaceAll('\r\n', '\n');
  const texts = [secret, unix, unix.replaceAll('\n', '\r\n')].flatMap((text) => [text, text.trim()]);
  return [...new Set(texts)].filter((text) => !isTooShort(text));
}

function inHex(bytes: Uint8Array): string[] {
  const lower = Array.from(bytes, hexPair).join('');
  return [lower, lower.toUpperCase()];
}

const hexPair = (byte: number): string => byte.toString(16).padStart(2, '0');

/**
 * Wherever the secret begins in what was encoded, in both alphabets: the characters that only its own bits decide, and,
 * for a secret that ends what was encoded, the last character and the padding.
 */
function inBase64(bytes: Uint8Array): string[] {
  const forms: string[] = [];
  for (const [before, undecided] of [
    [0, 0],
    [1, 2],
    [2, 3],
  ] as const) {
    const whole = btoa('\0'.repeat(before) + Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    const decided = Math.floor(((before + bytes.length) * 8) / 6);
    for (const end of [decided, whole.replace(/=+$/, '').length, whole.length]) forms.push(whole.slice(undecided, end));
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The characters that encoders leave as they are. */
const KEPT = [
  /[\w.!~*'()-]/, // encodeURIComponent
  /[\w.!~*'();,/?:@&=+$#-]/, // encodeURI
  /[\w.~-]/, // RFC 3986: curl, Go, PHP
  /[\w.~/-]/, // paths: Python
  /[\w.*-]/, // forms: browsers, Java
  /(?!)/, // everything is encoded
];

function inPercent(bytes: Uint8Array): string[] {
  return KEPT.flatMap((kept) => {
    const encode = (byte: number): string => {
      const character = String.fromCharCode(byte);
      return kept.test(character) ? character : `%${hexPair(byte)}`;
    };
    const lower = Array.from(bytes, encode).join('');
    const upper = lower.replace(/%../g, (escape) => escape.toUpperCase());
    return [lower, upper].flatMap((form) => [form, form.replaceAll('%20', '+')]);
  });
}

/** The characters that serializers write as \uXXXX, beyond those that must be. */
const ESCAPED = [
  /(?!)/, // JSON.stringify
  /[^ -~]/, // ASCII only: Python, PHP
  /[<>&\u2028\u2029]/, // safe inside HTML: Go, Ruby
  /[<>&='\u2028\u2029]/, // Gson
  /[^ -~]|[<>&'"+`]/, // .NET
];

function inJson(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const forms = ESCAPED.flatMap((escaped) => [escapeIn(plain, escaped, false), escapeIn(plain, escaped, true)]);
  // Logs carry JSON inside JSON strings.
  const nested = JSON.stringify(plain).slice(1, -1);
  return [...forms, nested].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

function escapeIn(json: string, escaped: RegExp, upper: boolean): string {
  return json.replace(/\\u([0-9a-f]{4})|\\?[^]/g, (written: string, digits?: string) => {
    const character = written === '\\"' ? '"' : written;
    if (digits === undefined && !(character.length === 1 && escaped.test(character))) return written;
    const code = digits ?? character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${upper ? code.toUpperCase() : code}`;
  });
}
