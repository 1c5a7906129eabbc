import { Refusal } from '../refusals.ts';
import type { PushCommand } from './push-commands.ts';

const MAX_COMMANDS = 16;
const isZero = (id: string): boolean => /^0+$/.test(id);

export interface PushRules {
  /** @throws Refusal unless each command makes a branch of the run, or moves one that this run made */
  check(commands: PushCommand[]): void;
  /** Commands that the other side has carried out. */
  carriedOut(commands: PushCommand[]): void;
}

/**
 * Which branches a run may change. Whether a push is forced cannot be seen in its commands, so only what this run made
 * itself may be moved, from where it put it: the other side compares the old id, and creates only what does not exist.
 */
export function createPushRules(refPrefix: string): PushRules {
  const made = new Map<string, string>();
  return {
    check(commands) {
      if (commands.length > MAX_COMMANDS) throw new Refusal('pushMalformed');
      if (new Set(commands.map(({ ref }) => ref)).size < commands.length) throw new Refusal('pushMalformed');
      for (const { oldId, newId, ref } of commands) {
        if (!isOwnRef(ref, refPrefix)) throw new Refusal('pushRefNotAllowed');
        if (isZero(newId)) throw new Refusal('pushDeletionNotAllowed');
        if (!isZero(oldId) && made.get(ref) !== oldId) throw new Refusal('pushUpdateNotAllowed');
      }
    },
    carriedOut(commands) {
      for (const { ref, newId } of commands) made.set(ref, newId);
    },
  };
}

/** Stricter than git's own rules for names (git-check-ref-format), so that nobody has to know those. */
function isOwnRef(ref: string, prefix: string): boolean {
  if (!ref.startsWith(prefix)) return false;
  const segments = ref.slice(prefix.length).split('/');
  return segments.every((segment) => /^\w[\w.-]{0,99}$/.test(segment) && !/\.\.|\.$|\.lock$/.test(segment));
}
