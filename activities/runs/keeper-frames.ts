/** What the keeper in a container says, frame by frame: one byte kind, four bytes length (big-endian), payload. */
export type KeeperFrame = { kind: 'stdout' | 'stderr'; bytes: Uint8Array } | { kind: 'status'; status: KeeperStatus };

export interface KeeperStatus {
  /** `waiting`: nobody has claimed the command yet. */
  state: 'waiting' | 'running' | 'ended';
  /** Process group of the command. */
  pgid?: number;
  code?: number | null;
  signal?: string | null;
  /** Processes that the kernel ended because there was too little memory. */
  oomKills?: number;
  /** The launcher went away without a word: the command ended it. */
  launcherLost?: boolean;
  /** The command could not be started: its program does not exist, say. */
  startError?: string | null;
}

const HEADER = 5;
/** The keeper cuts its frames far below this: what is longer is not from it. */
const MAX_FRAME = 4 * 1024 * 1024;
const KINDS = { 1: 'stdout', 2: 'stderr', 3: 'status' } as const;

/** Takes frames out of pieces that are cut anywhere. Throws when it is no keeper that speaks. */
export async function* readFrames(output: AsyncIterable<Uint8Array>): AsyncGenerator<KeeperFrame> {
  let held = Buffer.alloc(0);
  for await (const piece of output) {
    held = held.length === 0 ? Buffer.from(piece) : Buffer.concat([held, piece]);
    let at = 0;
    while (held.length - at >= HEADER) {
      const kind = KINDS[held[at] as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
      const length = held.readUInt32BE(at + 1);
      if (kind === undefined || length > MAX_FRAME) throw new Error('this is not how a keeper speaks');
      if (held.length - at < HEADER + length) break;
      const payload = held.subarray(at + HEADER, at + HEADER + length);
      at += HEADER + length;
      if (kind === 'status') yield { kind, status: JSON.parse(payload.toString('utf8')) as KeeperStatus };
      else yield { kind, bytes: payload };
    }
    held = held.subarray(at);
  }
}
