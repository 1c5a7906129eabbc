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
  const stream = createMaskStream(dictionaryOf(secrets), LONGEST_BODY);
  const tooShort = secrets.flatMap((secret, index) => (isTooShort(secret) ? [index] : []));
  return Object.assign(stream, { tooShort });
}

/**
 * Masks whole texts, each for itself, or an error's message. Of an error nothing else is kept: causes, stacks and fields
 * carry what was sent (SE-3). Learning the secrets takes milliseconds: for many texts it is done once.
 */
export function createTextMasker(secrets: readonly string[]): (text: string | Error) => string {
  const dictionary = dictionaryOf(secrets);
  return (text) => {
    const stream = createMaskStream(dictionary, LONGEST_BODY);
    const whole = new TextEncoder().encode(typeof text === 'string' ? text : text.message);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return decoder.decode(stream.write(whole), { stream: true }) + decoder.decode(stream.end());
  };
}

function dictionaryOf(secrets: readonly string[]) {
  const forms = secrets.flatMap((secret) => (isTooShort(secret) ? [] : secretForms(secret)));
  return createDictionary(forms, SHAPES);
}
