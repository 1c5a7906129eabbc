import { Refusal } from '../refusals.ts';

export interface JsonBounds {
  maxDepth: number;
  /** Values, or what separates them: their number bounds the memory that parsing takes. */
  maxValues: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const COMMA = 0x2c;

/**
 * What a JSON text says. Counted before it is parsed: 400 KB of brackets end a recursive reader or writer, and 30 MB of
 * them take gigabytes as objects. Of a repeated key the last one counts, here as for whoever gets it re-serialised.
 * @throws Refusal
 */
export function parseBoundedJson(bytes: Buffer, bounds: JsonBounds): unknown {
  countBounded(bytes, bounds);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('jsonInvalid');
  }
}

function countBounded(bytes: Buffer, { maxDepth, maxValues }: JsonBounds): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (OPENING.has(byte)) {
      depth++;
      values++;
    } else if (CLOSING.has(byte)) depth--;
    else if (byte === COMMA) values++;
    if (depth > maxDepth || values > maxValues) throw new Refusal('jsonTooLarge');
  }
}

/** Where the string ends that begins at `start`; the end of everything when it does not. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end === -1 ? bytes.length : end;
}

/** An odd number of backslashes stands before it. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let first = at;
  while (bytes[first - 1] === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
