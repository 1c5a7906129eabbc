import { createDictionary } from './dictionary.ts';
import { isTooShort, secretForms } from './forms.ts';
import { createMaskStream, type MaskStream } from './mask-stream.ts';
import { LONGEST_BODY, SHAPES } from './shapes.ts';

export interface Masker extends MaskStream {
  /** Indexes of the secrets that are too short to be masked: what lends them must refuse to. */
  readonly tooShort: readonly number[];
}

/**
 * Masks one stream of one run (SE-4): every form of the `secrets` lent to it, and whatever has the shape of a well-known
 * token. Never shared between runs: whoever can write into a stream could ask it for another run's secrets.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const forms = secrets.flatMap((secret) => (isTooShort(secret) ? [] : secretForms(secret)));
  const stream = createMaskStream(createDictionary(forms, SHAPES), LONGEST_BODY);
  const tooShort = secrets.flatMap((secret, index) => (isTooShort(secret) ? [index] : []));
  return Object.assign(stream, { tooShort });
}

/**
 * `text`, or an error's message, masked in one go. Of an error nothing else is kept: causes, stacks and fields carry what
 * was sent (SE-3).
 */
export function maskText(secrets: readonly string[], text: string | Error): string {
  const masker = createMasker(secrets);
  const whole = new TextEncoder().encode(typeof text === 'string' ? text : text.message);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(masker.write(whole), { stream: true }) + decoder.decode(masker.end());
}
