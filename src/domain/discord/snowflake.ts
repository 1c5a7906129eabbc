/** Milliseconds of the epoch at which Discord's ids begin. Each holds the time at which it was made in its upper bits. */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
/** Two messages of one moment may arrive in the other order: what is 10 s older than the cursor is looked at again. */
const OVERLAP = 10_000n << 22n;

/** The smallest id of this time. */
export const snowflakeAt = (ms: number): string => String((BigInt(Math.floor(ms)) - DISCORD_EPOCH_MS) << 22n);

/** When a message was written. */
export const snowflakeTime = (id: string): Date => new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS));

/** Where to begin to look for what came after `cursor`. */
export function beforeCursor(cursor: string): string {
  const start = BigInt(cursor) - OVERLAP;
  return String(start > 0n ? start : 0n);
}
