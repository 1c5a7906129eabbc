import { activityInfo } from '@temporalio/activity';
import type { Call, CallState, ConsentStore } from '../../../src/ports/consent-store.ts';
import { withTx } from './with-tx.ts';
import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/** The owner of an effect is the number of Temporal's attempt. */
function withAttemptNumbers(store: ConsentStore): ConsentStore {
  const entered = new Map<string, number>();
  const keyOf = ({ requestId, callId }: Call) => `${requestId}/${callId}`;
  return withTx(store, (tx) => ({
    async enterCall(call: Call): Promise<CallState> {
      const fence = activityInfo().attempt;
      entered.set(keyOf(call), fence);
      return { ...(await tx.enterCall(call)), fence };
    },
    async callState(call: Call): Promise<CallState> {
      const state = await tx.callState(call);
      return { ...state, fence: entered.get(keyOf(call)) ?? state.fence };
    },
  }));
}

/**
 * Wrong reading 9: attempt numbers of activities as owners. They start again at 1 in each round, so the first attempt of a
 * later round takes what a frozen one has started for its own, forgets it when it is refused, and a cancellation then says
 * that nothing was sent: S2.
 */
export const attemptNumbersAsOwners: WrongReading = {
  name: '9: activity attempt numbers as owners',
  breaks: ['S2'],
  difference: { wrapStore: withAttemptNumbers },
  story: told(
    'a worker that is lost after it sent, and two refusals after that',
    [
      ask('r1', 'create'),
      tab('A', 'asked'),
      { kind: 'revokeAtProvider' },
      tab('B', 'asked'),
      { kind: 'revokeAtProvider', again: 2 },
      { kind: 'cancel', request: 'r1' },
    ],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      // Sent, and nobody knows.
      { ...hold('callTool r1/1.1 #2', 'transact 2', 'cancel r1: over'), lost: true },
      begins('revokeAtProvider', 'callTool r1/1.1 #2: lost'),
      hold('callTool r1/1.1 #3', 'transact 1', 'revokeAtProvider: over'),
      begins('tab B', 'parked r1/1.1 #2'),
      begins('revokeAtProvider 2', 'tab B: over'),
      hold('deliver authCompleted r1 #2', 'deliver 1', 'revokeAtProvider 2: over'),
      begins('cancel r1', 'parked r1/1.1 #3'),
    ],
  ),
};
