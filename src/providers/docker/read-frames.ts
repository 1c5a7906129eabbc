import { EngineUnavailable } from '../../ports/container-engine.ts';

const HEADER_BYTES = 8;
const STREAMS: Record<number, 'stdout' | 'stderr'> = { 1: 'stdout', 2: 'stderr' };

export type OutputPiece = { stream: 'stdout' | 'stderr'; bytes: Uint8Array };

/**
 * Takes an engine's multiplexed output apart: 1 byte stream, 3 zeros, 4 bytes length (big-endian), payload. Pieces are
 * handed on as they come, however long a frame says it is, and nothing is read while the consumer is busy.
 * Throws `EngineUnavailable` when the connection breaks or ends inside a frame.
 */
export async function* readFrames(source: AsyncIterable<Buffer | string>): AsyncGenerator<OutputPiece> {
  let header = Buffer.alloc(0);
  let stream: 'stdout' | 'stderr' | undefined;
  let left = 0;
  try {
    for await (const chunk of source) {
      let rest = chunk as Buffer;
      while (rest.length > 0) {
        if (left === 0) {
          const missing = HEADER_BYTES - header.length;
          header = Buffer.concat([header, rest.subarray(0, missing)]);
          rest = rest.subarray(missing);
          if (header.length < HEADER_BYTES) break;
          stream = STREAMS[header.readUInt8(0)];
          left = header.readUInt32BE(4);
          header = Buffer.alloc(0);
          if (!stream) throw new EngineUnavailable('failing');
        }
        const bytes = rest.subarray(0, left);
        rest = rest.subarray(bytes.length);
        left -= bytes.length;
        if (bytes.length > 0 && stream) yield { stream, bytes };
      }
    }
  } catch (error) {
    throw error instanceof EngineUnavailable ? error : new EngineUnavailable('unreachable');
  }
  if (left > 0 || header.length > 0) throw new EngineUnavailable('unreachable');
}
