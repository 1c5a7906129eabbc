import type { Stream } from './frames.ts';

/** Bytes of each stream, counted from the start of the command. */
export type Cursors = Record<Stream, number>;
export type Segment = { stream: Stream; bytes: Buffer };

/** What keeping a piece costs beside its bytes: a command that writes byte by byte must not fill our memory either. */
const PIECE_COST_BYTES = 256;
/** Shorter pieces are copied, so that they do not hold on to the large buffer they were cut from. */
const COPIED_BYTES = 4096;

export type Spool = ReturnType<typeof createSpool>;

/**
 * What a command has written and nobody has acknowledged yet, in the order in which it came. It never refuses: who fills
 * it looks at `isFull` and stops reading.
 */
export function createSpool(limitBytes: number) {
  const produced: Cursors = { stdout: 0, stderr: 0 };
  const acknowledged: Cursors = { stdout: 0, stderr: 0 };
  let segments: (Segment & { start: number })[] = [];
  /** How many segments were dropped from the front: the place of `segments[0]`. */
  let dropped = 0;
  let cost = 0;

  const drop = () => {
    let count = 0;
    for (const { stream, start, bytes } of segments) {
      if (start + bytes.length > acknowledged[stream]) break;
      cost -= bytes.length + PIECE_COST_BYTES;
      count += 1;
    }
    if (count > 0) segments = segments.slice(count);
    dropped += count;
  };

  return {
    produced: (): Cursors => ({ ...produced }),
    acknowledged: (): Cursors => ({ ...acknowledged }),
    isFull: () => cost >= limitBytes,

    append(stream: Stream, bytes: Buffer): void {
      if (bytes.length === 0) return;
      const kept = bytes.length < COPIED_BYTES ? Buffer.from(bytes) : bytes;
      segments.push({ stream, bytes: kept, start: produced[stream] });
      produced[stream] += bytes.length;
      cost += bytes.length + PIECE_COST_BYTES;
    },

    /** Everything before these places may be forgotten. Places that lie further back than known ones change nothing. */
    acknowledge(cursors: Cursors): void {
      for (const stream of ['stdout', 'stderr'] as const) {
        acknowledged[stream] = Math.max(acknowledged[stream], Math.min(cursors[stream], produced[stream]));
      }
      drop();
    },

    /** True when every byte from there on is still here or yet to come. */
    canReadFrom: (from: Cursors): boolean =>
      (['stdout', 'stderr'] as const).every(
        (stream) => from[stream] >= acknowledged[stream] && from[stream] <= produced[stream],
      ),

    /** Each call of what is returned gives the next piece, undefined while there is none. */
    readFrom(from: Cursors): () => Segment | undefined {
      let place = dropped;
      return () => {
        for (;;) {
          place = Math.max(place, dropped);
          const segment = segments[place - dropped];
          if (!segment) return undefined;
          place += 1;
          const skipped = Math.max(0, from[segment.stream] - segment.start);
          if (skipped < segment.bytes.length) return { stream: segment.stream, bytes: segment.bytes.subarray(skipped) };
        }
      };
    },
  };
}
