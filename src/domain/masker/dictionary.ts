import type { TokenShape } from '../token-shapes.ts';
import { createTrie, type Trie } from './trie.ts';

/**
 * A shape that is found byte by byte. Its beginnings are ASCII, at least GRAM bytes long, and none contains another: of two
 * that run, the one that began first is the longer.
 */
export interface Shape extends TokenShape {
  /** Only where two dots stand in the body. */
  twoDots?: boolean;
  /** Words that end the body, which otherwise ends with its characters. None is longer than a beginning. */
  closings?: readonly string[];
}

/** What is looked for in one run, compiled. A set of shapes is a number with one bit for each. */
export interface Dictionary {
  trie: Trie;
  shapes: readonly Shape[];
  /** By node: the length of the longest form that ends there, or 0. */
  formLength: Int32Array;
  /** By node: the nearest of itself and its suffixes at which a shape's beginning ends, or 0. */
  beginning: Int32Array;
  /** By node: the set of shapes whose beginning it is. */
  begun: Int32Array;
  /** By node: the set of shapes of which a closing ends there. */
  closed: Int32Array;
  /** By byte: the set of shapes in whose body it may stand. */
  bodies: Int32Array;
  /** By rolled hash: 1 where a form or a shape may begin with those bytes. */
  grams: Uint8Array;
}

/** How many bytes tell that nothing begins with them. Every form and beginning is at least as long. */
export const GRAM = 3;
const GRAMS = 2 ** 15;

/** Takes `byte` into the hash of the last GRAM bytes: those before are shifted out of it. */
export function rollGram(hash: number, byte: number): number {
  return ((hash << 5) ^ byte) & (GRAMS - 1);
}

const ascii = new TextEncoder();

/** @param shapes at most 31 */
export function createDictionary(forms: readonly Uint8Array[], shapes: readonly Shape[]): Dictionary {
  const wordsOf = (words: (shape: Shape) => readonly string[]): (readonly [Uint8Array, number])[] =>
    shapes.flatMap((shape, index) => words(shape).map((word) => [ascii.encode(word), 1 << index] as const));
  const starts = wordsOf((shape) => shape.starts);
  const closings = wordsOf((shape) => shape.closings ?? []);
  const trie = createTrie([...forms, ...[...starts, ...closings].map(([word]) => word)]);

  const perNode = (): Int32Array => new Int32Array(trie.size);
  const [formLength, beginning, begun, closed] = [perNode(), perNode(), perNode(), perNode()];
  for (const form of forms) formLength[trie.find(form)] = form.length;
  for (const [word, shape] of starts) {
    const node = trie.find(word);
    beginning[node] = node;
    begun[node] = (begun[node] ?? 0) | shape;
  }
  for (const [word, shape] of closings) {
    const node = trie.find(word);
    closed[node] = (closed[node] ?? 0) | shape;
  }
  // What ends at a node's suffix ends at the node.
  for (let node = 1; node < trie.size; node++) {
    const suffix = trie.suffix[node] ?? 0;
    formLength[node] ||= formLength[suffix] ?? 0;
    beginning[node] ||= beginning[suffix] ?? 0;
    closed[node] = (closed[node] ?? 0) | (closed[suffix] ?? 0);
  }

  const grams = new Uint8Array(GRAMS);
  for (const word of [...forms, ...starts.map(([start]) => start)])
    grams[word.subarray(0, GRAM).reduce(rollGram, 0)] = 1;

  const bodies = new Int32Array(256);
  shapes.forEach(({ body }, shape) => {
    const inBody = new RegExp(`[${body}]`);
    for (let byte = 0; byte < 256; byte++) {
      if (inBody.test(String.fromCharCode(byte))) bodies[byte] = (bodies[byte] ?? 0) | (1 << shape);
    }
  });
  return { trie, shapes, formLength, beginning, begun, closed, bodies, grams };
}
