import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ways in which a secret may lie around: as it is, in base64 at each of three offsets, URL-encoded, in hex, in JSON. */
export function formsOf(secret: string): Map<string, Buffer> {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Map<string, Buffer>([
    ['raw', bytes],
    ['url', Buffer.from(encodeURIComponent(secret))],
    ['json', Buffer.from(JSON.stringify(secret).slice(1, -1))],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ['utf16', Buffer.from(secret, 'utf16le')],
  ]);
  for (const offset of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      // The characters that hold bits of what stands before or after are cut off.
      const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString(encoding);
      const from = offset === 0 ? 0 : offset + 1;
      const whole = text.slice(from, Math.floor(((offset + bytes.length) * 4) / 3));
      forms.set(`${encoding}+${offset}`, Buffer.from(whole));
    }
  }
  return forms;
}

/** Which of the secrets, in which form, a sink holds. Names only: a finding must not print the secret. */
export function findCanaries(sink: Buffer, secrets: Record<string, string>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    [...formsOf(secret)].filter(([, form]) => sink.includes(form)).map(([form]) => `${name} as ${form}`),
  );
}

/** Every file below a folder, as one sink. */
export function filesBelow(folder: string): Buffer {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(files.map((file) => readFileSync(file)));
}
