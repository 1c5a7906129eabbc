import { GRAM, rollGram, type Dictionary } from './dictionary.ts';
import { createShapeRuns } from './shape-runs.ts';

/** Raw bytes that must not be seen, by their places in the stream; `end` is the first byte after them. */
export interface Occurrence {
  start: number;
  end: number;
}

/** Finds, in a stream, every occurrence that does not lie inside another one. */
export interface Finder {
  /** Starts and ends both ascend. Who uses it takes away from the front what is done with. */
  readonly found: Occurrence[];
  /** Takes in `bytes` from the index `from` on. `bytes[0]` stands at `origin` in the stream, and all that is undecided after it. */
  read(bytes: Uint8Array, from: number, origin: number): void;
  /** Tells that nothing follows. */
  end(): void;
  /** Whatever may still be found begins here or later. */
  undecided(): number;
}

/**
 * An occurrence is told by its own bytes, never by what stands before it: a finder that begins anywhere in a stream finds
 * what begins from there on, as one that has read it all.
 *
 * @param longestBody of a shape's occurrence, in bytes: it is cut there, so that what is undecided stays bounded
 */
export function createFinder(dictionary: Dictionary, longestBody: number): Finder {
  const { trie, formLength, beginning, begun, closed, grams } = dictionary;
  const { step, depth, suffix } = trie;
  const found: Occurrence[] = [];
  const runs = createShapeRuns(dictionary, longestBody, find);
  /** Of the trie: the longest beginning of a word with which the stream ends. */
  let node = 0;
  let length = 0;

  /** Ends never descend from call to call: what begins at `start` or later lies inside. */
  function find(start: number, end: number): void {
    while ((found.at(-1)?.start ?? -1) >= start) found.pop();
    found.push({ start, end });
  }

  /** `byte` stands at `place`. */
  function take(byte: number, place: number): void {
    const end = place + 1;
    if (runs.isOpen()) runs.meet(byte, place);
    node = step(node, byte);
    const form = formLength[node] ?? 0;
    if (form !== 0) find(end - form, end);
    if (runs.isOpen()) runs.end(closed[node] ?? 0, end);
    for (let at = beginning[node] ?? 0; at !== 0; at = beginning[suffix[at] ?? 0] ?? 0) {
      runs.begin(begun[at] ?? 0, end - (depth[at] ?? 0), end);
    }
  }

  /** The first index from `from` on where a word may begin, or where too little is left to tell. */
  function skip(bytes: Uint8Array, from: number): number {
    let hash = 0;
    for (let index = from; index < bytes.length; index++) {
      hash = rollGram(hash, bytes[index] ?? 0);
      if (grams[hash] !== 0 && index - from >= GRAM - 1) return index - GRAM + 1;
    }
    return Math.max(from, bytes.length - GRAM + 1);
  }

  return {
    found,
    read(bytes, from, origin) {
      let skipped = -1;
      let index = from;
      while (index < bytes.length) {
        const begins = index - (depth[node] ?? 0);
        if (!runs.isOpen() && index - begins < GRAM && begins > skipped) {
          // Nothing is under way but the last few bytes at most.
          skipped = index = skip(bytes, begins);
          node = 0;
        } else {
          take(bytes[index] ?? 0, origin + index);
          index += 1;
        }
      }
      length = origin + index;
    },
    end() {
      runs.end(~0, length);
      node = 0;
    },
    undecided() {
      return runs.first(length - (depth[node] ?? 0));
    },
  };
}
