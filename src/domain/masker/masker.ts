import { createDictionary } from './dictionary.ts';
import { isTooShort, secretForms } from './forms.ts';
import { createMaskStream, type MaskStream } from './mask-stream.ts';
import { LONGEST_BODY, SHAPES } from './shapes.ts';

export interface Masker {
  /** For one stream of output, whatever its chunks are. */
  stream(): MaskStream;
  /**
   * A whole text, or an error's message, masked in one go. Of an error nothing else is kept: causes, stacks and fields
   * carry what was sent (SE-3).
   */
  text(text: string | Error): string;
}

/**
 * Masks what one run says (SE-4): every form of the `secrets` lent to it, and whatever has the shape of a well-known token.
 * Secrets that are too short are not masked: what lends them must refuse to (`isTooShort`). Learning them takes
 * milliseconds, and for large files seconds, so a masker serves many streams and texts; never those of another run, which
 * could ask it for secrets by writing guesses.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const forms = secrets.flatMap((secret) => (isTooShort(secret) ? [] : secretForms(secret)));
  const dictionary = createDictionary(forms, SHAPES);
  const stream = () => createMaskStream(dictionary, LONGEST_BODY);
  return {
    stream,
    text(text) {
      const masked = stream();
      const whole = new TextEncoder().encode(typeof text === 'string' ? text : text.message);
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      return decoder.decode(masked.write(whole), { stream: true }) + decoder.decode(masked.end());
    },
  };
}
