/** What travels between launcher, keeper and attached reader: 1 byte kind, 4 bytes length (big-endian), payload. */
export const KINDS = { stdout: 1, stderr: 2, control: 3 } as const;
export type Stream = 'stdout' | 'stderr';
export type FrameKind = (typeof KINDS)[keyof typeof KINDS];
export type Frame = { kind: FrameKind; payload: Buffer };

/** Longer frames are nobody's of ours. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
const HEADER_BYTES = 5;

export function frameHeader(kind: FrameKind, length: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(length, 1);
  return header;
}

export function controlFrame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  return Buffer.concat([frameHeader(KINDS.control, payload.length), payload]);
}

/** Takes bytes in any pieces and returns the frames that became whole. Throws when what comes is no frame. */
export function createFrameReader(): (bytes: Buffer) => Frame[] {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = HEADER_BYTES;
  return (bytes) => {
    pieces.push(bytes);
    held += bytes.length;
    // A large frame in small pieces is put together once, not once per piece.
    if (held < wanted) return [];
    let rest = pieces.length === 1 ? bytes : Buffer.concat(pieces);
    const frames: Frame[] = [];
    for (;;) {
      wanted = HEADER_BYTES;
      if (rest.length < wanted) break;
      const kind = knownKind(rest.readUInt8(0));
      const length = rest.readUInt32BE(1);
      if (kind === undefined || length > MAX_PAYLOAD_BYTES) throw new Error('This is not a frame.');
      wanted = HEADER_BYTES + length;
      if (rest.length < wanted) break;
      frames.push({ kind, payload: rest.subarray(HEADER_BYTES, wanted) });
      rest = rest.subarray(wanted);
    }
    pieces = rest.length > 0 ? [rest] : [];
    held = rest.length;
    return frames;
  };
}

function knownKind(byte: number): FrameKind | undefined {
  return Object.values(KINDS).find((kind) => kind === byte);
}
