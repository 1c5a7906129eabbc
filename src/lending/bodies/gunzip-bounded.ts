import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from '../refusals.ts';

const unzip = promisify(gunzip);

/** What was zipped. Stops at `maxBytes`, so that a few kilobytes do not become gigabytes. @throws Refusal */
export async function gunzipBounded(zipped: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(zipped, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new Refusal((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'bodyTooLarge' : 'badRequest');
  }
}
