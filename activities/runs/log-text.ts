import type { MaskStream } from '../../src/domain/masker/mask-stream.ts';

export interface LogText {
  /** What is certain by now, masked, and how many raw bytes of the stream it stands for. */
  write(bytes: Uint8Array): { text: string; raw: number };
  /** The rest. */
  end(): { text: string; raw: number };
}

/**
 * One stream of a run's output as text that may be stored and shown: masked first (SE-4), then decoded. `raw` is exact:
 * whoever begins a new one at that offset of the stream reads the rest of the same text.
 */
export function createLogText(masker: MaskStream, from = 0): LogText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let pending = new Uint8Array(0);

  const decode = (masked: Uint8Array, isLast: boolean): string => {
    const bytes = new Uint8Array(pending.length + masked.length);
    bytes.set(pending);
    bytes.set(masked, pending.length);
    const cut = isLast ? bytes.length : bytes.length - incompleteTail(bytes);
    pending = bytes.slice(cut);
    // Postgres stores no NUL. U+2400 is the sign for it.
    return decoder.decode(bytes.subarray(0, cut)).replaceAll('\0', '\u2400');
  };
  // A mask is ASCII, so that what waits to be decoded is raw and counts one for one.
  const settled = (text: string) => ({ text, raw: from + masker.settled - pending.length });

  return {
    write: (bytes) => settled(decode(masker.write(bytes), false)),
    end: () => settled(decode(masker.end(), true)),
  };
}

/** Bytes at the end that begin a UTF-8 character whose other bytes have not come yet. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < characterLength(byte) ? back : 0;
  }
  return 0;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
