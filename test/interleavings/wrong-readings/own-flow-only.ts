import type { Edit } from '../system.ts';
import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/** The flow lives by its waiters alone, and a consent releases the waiters of the flow that its trip began on. */
const BY_FLOW: Edit[] = [
  {
    file: 'src/connections/release-waiters.ts',
    find: 'of await tx.openWaiters(provider)) {',
    replace: `of (await tx.openWaiters(provider)).filter(({ flowId }) => flowId === own?.flowId)) {`,
  },
  {
    file: 'src/connections/release-waiters.ts',
    find: 'connection: Connection): Promise<void> {',
    replace: `connection: Connection): Promise<void> {
      const own = await tx.attempt(connection.credential);`,
  },
  {
    file: 'src/providers/postgres/consent-flows.ts',
    find: "AND a.status IN ('started', 'burnt', 'confirm')",
    replace: 'AND false',
  },
];

/**
 * Wrong reading 1: a consent releases only the waiters of its own flow. A call that begins to wait after the flow was
 * closed waits on a new one, and a second tab of the old one, which brings what the call needs, does not see it: S6.
 */
export const ownFlowOnly: WrongReading = {
  name: '1: releasing only the waiters of the own flow',
  breaks: ['S6'],
  difference: { edits: BY_FLOW },
  story: told(
    'a second tab of a flow that was closed',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      begins('tab B', 'callTool r1/1.1 #1: over'),
      hold('tab A', 'burnAttempt 1', 'tab B: browser 1'),
      hold('tab B', 'burnAttempt 1', 'callTool r2/1.1 #1: over'),
      begins('ask r2', 'tab A: over'),
    ],
  ),
};

/** Wrong reading 1, the other way: what a consent does not cover moves to a new flow, out of the second tab's sight: S6. */
export const movedToNewFlow: WrongReading = {
  name: '1: moving uncovered waiters to a new flow',
  breaks: ['S6'],
  difference: {
    edits: [
      ...BY_FLOW,
      {
        file: 'src/connections/release-waiters.ts',
        find: 'flowId === own?.flowId)) {',
        // What is covered leaves first: then the old flow closes.
        replace: `flowId === own?.flowId)
        .sort((a, b) => Number(isCovered(b, connection)) - Number(isCovered(a, connection)))) {`,
      },
      {
        file: 'src/connections/release-waiters.ts',
        find: "await tx.saveWaiter({ ...waiter, reason, rounds: waiter.rounds + 1, lastOutcome: 'granted' });",
        replace: `await tx.saveWaiter({ ...waiter, status: 'resumed' });
      await tx.tidy(provider);
      const { flowId } = await tx.joinFlow(provider, waiter.callId + waiter.requestId);
      await tx.saveWaiter({ ...waiter, flowId, reason, rounds: waiter.rounds + 1, lastOutcome: 'granted' });`,
      },
    ],
  },
  story: told(
    'two tabs, of which the first covers one call and the second both',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('tab B', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      hold('tab A', 'burnAttempt 1', 'tab B: browser 1'),
      hold('tab B', 'burnAttempt 1', 'tab A: over'),
    ],
  ),
};
