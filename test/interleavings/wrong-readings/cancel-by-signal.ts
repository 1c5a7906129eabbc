import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 7: a cancellation is a signal and nothing else. The person reads "cancelled" while the call goes through its
 * gate, and writes: S2.
 */
export const cancelBySignal: WrongReading = {
  name: '7: cancel by signal alone',
  breaks: ['S2'],
  difference: {
    edits: [
      {
        file: 'src/connections/end-request.ts',
        find: `    await tx.cancelRequest(requestId);
    await closeWaiters();
    await tx.cancelWorkflow(requestId);`,
        replace: '    await tx.cancelWorkflow(requestId);',
      },
    ],
  },
  story: told(
    'a cancellation in front of the gate',
    [ask('r1', 'create'), tab('A', 'asked'), { kind: 'cancel', request: 'r1' }],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      begins('cancel r1', 'tab A: over'),
      hold('callTool r1/1.1 #2', 'transact 1', 'cancel r1: over'),
      hold('deliver cancelRequest r1 #1', 'deliver 1', 'callTool r1/1.1 #2: over'),
    ],
  ),
};
