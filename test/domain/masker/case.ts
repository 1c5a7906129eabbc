import { createDictionary, type Dictionary, type Shape } from '../../../src/domain/masker/dictionary.ts';
import { secretForms } from '../../../src/domain/masker/forms.ts';
import { createMaskStream, type MaskStream } from '../../../src/domain/masker/mask-stream.ts';
import { LONGEST_BODY, SHAPES } from '../../../src/domain/masker/shapes.ts';
import { formsOf, maskWhole } from './reference.ts';

/** What is looked for: secrets as in the product, or words and shapes made up for the test. Bytes are latin1 characters. */
export type Subject = { secrets: string[] } | { forms: string[]; shapes: Shape[]; longestBody: number };

/** A text, and the places at which it is cut into chunks. */
export interface Case {
  text: string;
  cuts: number[];
}

/** A subject, ready to be asked about many texts: by the masker and by the reference. */
export interface Examiner {
  createStream(): MaskStream;
  maskWhole(text: string): string;
  /** What may be held back, in bytes. */
  bound: number;
}

export function examine(subject: Subject): Examiner {
  const made = 'secrets' in subject ? undefined : subject;
  const { shapes, longestBody } = made ?? { shapes: SHAPES, longestBody: LONGEST_BODY };
  const secrets = 'secrets' in subject ? subject.secrets : [];
  const forms = made?.forms ?? secrets.flatMap(formsOf);
  const compiled: Uint8Array[] = made?.forms.map(bytesOf) ?? secrets.flatMap(secretForms);
  const dictionary: Dictionary = createDictionary(compiled, shapes);
  const words = [...forms, ...shapes.flatMap(({ starts }) => starts.map((start) => start + '.'.repeat(longestBody)))];
  return {
    createStream: () => createMaskStream(dictionary, longestBody),
    maskWhole: (text) => maskWhole(text, forms, shapes, longestBody),
    bound: 2 * Math.max(0, ...words.map(({ length }) => length)),
  };
}

export interface Verdict {
  /** There was something to mask. */
  isMasked: boolean;
  /** What is wrong. */
  finding?: string;
}

export function judge(examiner: Examiner, { text, cuts }: Case): Verdict {
  const expected = examiner.maskWhole(text);
  return { isMasked: expected !== text, finding: compare(examiner, text, cuts, expected) };
}

function compare(examiner: Examiner, text: string, cuts: readonly number[], expected: string): string | undefined {
  const { createStream, bound } = examiner;
  const stream = createStream();
  let output = '';
  let before = -1;
  for (const [start, end] of chunksOf(text, cuts)) {
    output += textOf(stream.write(bytesOf(text.slice(start, end))));
    const { settled, isMasking } = stream;
    if (end - settled > bound) return `${end - settled} bytes are held back after ${end}`;
    if (settled === before) continue;
    before = settled;
    const rest = createStream();
    const later = textOf(rest.write(bytesOf(text.slice(settled)))) + textOf(rest.end());
    if (output + later !== expected) return `begun again at ${settled} of ${end}: ${show(output)} then ${show(later)}`;
    if (isMasking && !later.startsWith('***')) return `no mask follows at ${settled} of ${end}: ${show(later)}`;
  }
  output += textOf(stream.end());
  if (output !== expected) return `${show(output)} instead of ${show(expected)}`;
  return stream.settled === text.length ? undefined : `settled ${stream.settled} of ${text.length} at the end`;
}

function chunksOf(text: string, cuts: readonly number[]): [number, number][] {
  const places = [0, ...cuts, text.length];
  return places.slice(1).map((end, index) => [places[index] ?? 0, end]);
}

const show = (text: string): string => JSON.stringify(text);
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
