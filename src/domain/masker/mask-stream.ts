import type { Dictionary } from './dictionary.ts';
import { createFinder } from './finder.ts';

/** Three characters: no form is as short, so that no secret stands in a mask. */
export const MASK = '***';
const mask = new TextEncoder().encode(MASK);

/** Masks one stream of bytes as if all of it were there at once. */
export interface MaskStream {
  /** The masked bytes that are certain by now. `chunk` may be used again. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest; nothing may be written after it. */
  end(): Uint8Array;
  /**
   * How many raw bytes the output so far stands for. A fresh stream with the same secrets that begins there gives exactly
   * the rest of the output.
   */
  readonly settled: number;
  /** Whether the output goes on with a mask; `settled` may then stand inside of what it will stand for. */
  readonly isMasking: boolean;
}

/**
 * Occurrences that overlap become one mask, given when all of them have ended. Meanwhile `settled` goes on to the start of
 * the last one that begins where all is decided: from there on the occurrences reach the same end, because those before it
 * end before it does. So what is held back is bounded by the longest form and the longest body, whatever is written.
 *
 * @param longestBody in bytes, see createFinder
 */
export function createMaskStream(dictionary: Dictionary, longestBody: number): MaskStream {
  const finder = createFinder(dictionary, longestBody);
  const { found } = finder;
  /** The raw bytes from `settled` on. */
  let held = new Uint8Array(0);
  let settled = 0;
  let isMasking = false;

  /** @param decided everything that begins before it has been found */
  function give(bytes: Uint8Array, decided: number): Uint8Array {
    const origin = settled;
    const parts: Uint8Array[] = [];
    const pass = (until: number): void => {
      parts.push(bytes.subarray(settled - origin, until - origin));
      settled = until;
    };
    let done = 0;
    isMasking = false;
    for (let next = found[0]; next !== undefined && next.start <= decided && !isMasking; next = found[done]) {
      pass(next.start);
      const [end, after] = unite(done);
      isMasking = end > decided;
      if (isMasking) {
        done = found.findLastIndex(({ start }) => start <= decided);
        settled = found[done]?.start ?? settled;
      } else {
        parts.push(mask);
        settled = end;
        done = after;
      }
    }
    if (!isMasking) pass(decided);
    found.splice(0, done);
    held = bytes.slice(settled - origin);
    return join(parts);
  }

  /** Where the occurrences end that overlap, from the one at `first` on, and the index of the one after them. */
  function unite(first: number): [end: number, after: number] {
    let end = found[first]?.end ?? 0;
    let after = first + 1;
    for (let next = found[after]; next !== undefined && next.start < end; next = found[after]) {
      end = next.end;
      after += 1;
    }
    return [end, after];
  }

  return {
    write(chunk) {
      const bytes = join([held, chunk]);
      finder.read(bytes, held.length, settled);
      return give(bytes, finder.undecided());
    },
    end() {
      finder.end();
      return give(held, settled + held.length);
    },
    get settled() {
      return settled;
    },
    get isMasking() {
      return isMasking;
    },
  };
}

/** A new array, also of a single part. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
