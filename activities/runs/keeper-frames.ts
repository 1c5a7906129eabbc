/**
 * What the keeper in a container says, frame by frame: one byte kind, four bytes length (big-endian), payload. The other
 * side is infra/images/keeper/frames.ts and status.ts, which are part of the image and import nothing from here.
 */
export type KeeperFrame = { kind: 'stdout' | 'stderr'; bytes: Uint8Array } | { kind: 'status'; status: KeeperStatus };

export type KeeperStatus =
  /** Nobody has claimed the command yet. */
  | { state: 'waiting' }
  /** The process group is known a moment after the claim. */
  | { state: 'running'; pgid: number | null }
  | {
      state: 'ended';
      /** It could not be started, or its launcher went away without a word: the command ended it. */
      reason: 'exited' | 'notStarted' | 'launcherLost';
      code: number | null;
      signal: string | null;
      /** Processes that the kernel ended because there was too little memory; null where it does not count. */
      oomKills: number | null;
    }
  /** What this reader wants is not kept any more, or somebody newer reads. */
  | { state: 'refused' }
  | { state: 'superseded' };

const HEADER = 5;
/** The keeper cuts its frames far below this: what is longer is not from it. */
const MAX_FRAME = 1024 * 1024;
const KINDS = { 1: 'stdout', 2: 'stderr', 3: 'status' } as const;

/** Takes frames out of pieces that are cut anywhere. Throws when it is no keeper that speaks. */
export async function* readFrames(output: AsyncIterable<Uint8Array>): AsyncGenerator<KeeperFrame> {
  let held: Uint8Array[] = [];
  let size = 0;
  let wanted = HEADER;
  for await (const piece of output) {
    held.push(piece);
    size += piece.length;
    // A large frame in small pieces is put together once, not once per piece.
    if (size < wanted) continue;
    let rest = Buffer.concat(held);
    for (;;) {
      wanted = HEADER;
      if (rest.length < wanted) break;
      const kind = KINDS[rest[0] as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
      const length = rest.readUInt32BE(1);
      if (kind === undefined || length > MAX_FRAME) throw new Error('this is not how a keeper speaks');
      wanted = HEADER + length;
      if (rest.length < wanted) break;
      const payload = rest.subarray(HEADER, wanted);
      rest = rest.subarray(wanted);
      if (kind === 'status') yield { kind, status: JSON.parse(payload.toString('utf8')) as KeeperStatus };
      else yield { kind, bytes: payload };
    }
    held = [rest];
    size = rest.length;
  }
}
