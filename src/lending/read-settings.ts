import type { Readable } from 'node:stream';
import { lendingSettings } from './settings.ts';
import type { LendingSettings } from './settings.ts';

const MAX_SETTINGS_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Names fields only: what was in them is secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * The settings: the first line of `input`, which stays open, because its end is the sign that whoever started this is
 * gone. `onEnd` is called then, before or after the settings. @throws SettingsError
 */
export function readSettings(input: Readable, onEnd: () => void): Promise<LendingSettings> {
  return new Promise((resolve, reject) => {
    let begun: Buffer[] | null = [];
    let length = 0;
    input.on('data', (chunk: Buffer) => {
      if (begun === null) return;
      begun.push(chunk);
      length += chunk.length;
      const end = chunk.indexOf(NEWLINE);
      if (end === -1 && length <= MAX_SETTINGS_BYTES) return;
      const line = Buffer.concat(begun).subarray(0, length - chunk.length + Math.max(end, 0));
      begun = null;
      if (end === -1) reject(new SettingsError('the settings are too long'));
      else settle(line.toString('utf8'), resolve, reject);
    });
    for (const event of ['end', 'close', 'error']) {
      input.once(event, () => {
        onEnd();
        reject(new SettingsError('there are no settings'));
      });
    }
  });
}

function settle(text: string, resolve: (settings: LendingSettings) => void, reject: (error: Error) => void): void {
  const parsed = lendingSettings.safeParse(parse(text));
  if (parsed.success) return resolve(parsed.data);
  const faults = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'settings'}: ${code}`);
  reject(new SettingsError(`the settings are wrong: ${faults.join(', ')}`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
