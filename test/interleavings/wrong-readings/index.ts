import { attemptNumbersAsOwners } from './attempt-numbers-as-owners.ts';
import { cancelBySignal } from './cancel-by-signal.ts';
import { destroyedIsFinal } from './destroyed-is-final.ts';
import { lookBeforeLock } from './look-before-lock.ts';
import { olderTabWins } from './older-tab-wins.ts';
import { onceMoreAfterTheEnd } from './once-more-after-the-end.ts';
import { onePath, onePathRepaired } from './one-path.ts';
import { movedToNewFlow, ownFlowOnly } from './own-flow-only.ts';
import { clearedWake, rememberedFlow, rememberedOutcome } from './remembered-flow.ts';
import { PLAIN_FAULTS } from './plain-faults.ts';
import { repairByLooking, tombstoneAsSecret } from './repair-by-looking.ts';
import { supersededIsRevoked } from './superseded-is-revoked.ts';
import { versionAlone } from './version-alone.ts';
import type { WrongReading } from './wrong-reading.ts';

/** The eleven natural readings that are wrong, some of them in more than one way, and what else the judge must see. */
export const WRONG_READINGS: WrongReading[] = [
  ownFlowOnly,
  movedToNewFlow,
  rememberedFlow,
  clearedWake,
  rememberedOutcome,
  repairByLooking,
  tombstoneAsSecret,
  onePath,
  onePathRepaired,
  supersededIsRevoked,
  olderTabWins,
  cancelBySignal,
  onceMoreAfterTheEnd,
  attemptNumbersAsOwners,
  lookBeforeLock,
  versionAlone,
  destroyedIsFinal,
  ...PLAIN_FAULTS,
];
