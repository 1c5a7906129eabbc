/** pkt-line framing (gitprotocol-common): four hexadecimal digits count themselves and what follows. `0000` is a flush. */

const LENGTH_DIGITS = 4;
const MAX_PKT_BYTES = 65_520;

export type Pkt = { kind: 'flush' } | { kind: 'line'; bytes: Buffer };

/**
 * The pkt that begins at `at`, and where the next one begins; null while it is not there in full.
 * @throws Error when this is no pkt-line, or one of protocol 2's special ones
 */
export function readPkt(bytes: Buffer, at: number): { pkt: Pkt; next: number } | null {
  if (bytes.length < at + LENGTH_DIGITS) return null;
  const digits = bytes.toString('latin1', at, at + LENGTH_DIGITS);
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Error('no pkt-line');
  const length = Number.parseInt(digits, 16);
  if (length === 0) return { pkt: { kind: 'flush' }, next: at + LENGTH_DIGITS };
  if (length < LENGTH_DIGITS || length > MAX_PKT_BYTES) throw new Error('no pkt-line');
  if (bytes.length < at + length) return null;
  return { pkt: { kind: 'line', bytes: bytes.subarray(at + LENGTH_DIGITS, at + length) }, next: at + length };
}

/** All whole pkt-lines of `bytes`, flushes left out; what is cut off at the end is left out too. */
export function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; ;) {
    const read = readPkt(bytes, at);
    if (read === null) return lines;
    if (read.pkt.kind === 'line') lines.push(read.pkt.bytes);
    at = read.next;
  }
}
