import { createHash } from 'node:crypto';
import type { Call } from '../ports/consent-store.ts';

/** The key of an effect: the same over retries, rounds, crashes and resets. Hex, 64 characters. */
export function effectKey({ requestId, callId }: Pick<Call, 'requestId' | 'callId'>): string {
  return createHash('sha256').update(`${requestId}/${callId}`).digest('hex');
}
