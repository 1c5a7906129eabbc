import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 2: the workflow listens for the flow that it was first told. The second wait of a call is on another flow,
 * and its consent wakes nobody: S6.
 */
export const rememberedFlow: WrongReading = {
  name: '2: waking only on the flow that the workflow remembers',
  breaks: ['S6'],
  difference: {
    edits: [
      {
        file: 'workflows/hints.ts',
        find: 'setHandler(authCompleted, ({ eventId }) => void seen.add(eventId));',
        replace: `const known = { flowId: '' };
  setHandler(authCompleted, ({ eventId, flowId }) => {
    if (known.flowId === '' || known.flowId === flowId) seen.add(eventId);
  });`,
      },
      { file: 'workflows/hints.ts', find: '  return {\n', replace: '  return {\n    known,\n' },
      {
        file: 'workflows/wait-for-consent.ts',
        find: '      const untilDeadline',
        replace: `      (hints as any).known.flowId ||= (error.cause as any).details[0].flowId;
      const untilDeadline`,
      },
    ],
  },
  story: told(
    'a call that waits twice',
    [ask('r1', 'read'), tab('A', 'asked'), { kind: 'revokeAtProvider' }, tab('B', 'asked')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      begins('revokeAtProvider', 'tab A: over'),
      hold('callTool r1/1.1 #2', 'read 1', 'revokeAtProvider: over'),
      begins('tab B', 'callTool r1/1.1 #2: over'),
    ],
  ),
};

/**
 * Wrong reading 2: the wake is cleared when the call has parked. A consent that comes while the park is still on its way
 * to the workflow wakes nobody: S6.
 */
export const clearedWake: WrongReading = {
  name: '2: clearing the wake when the park returns',
  breaks: ['S6'],
  difference: {
    edits: [
      { file: 'workflows/wait-for-consent.ts', find: 'const seen = hints.count;', replace: 'let seen = hints.count;' },
      {
        file: 'workflows/wait-for-consent.ts',
        find: '      const untilDeadline',
        replace: '      seen = hints.count;\n      const untilDeadline',
      },
    ],
  },
  story: told(
    'a consent that overtakes the park',
    [ask('r1', 'read'), tab('A', 'asked')],
    [
      hold('callTool r1/1.1 #1', 'return 1', 'deliver authCompleted r1 #1: over'),
      begins('tab A', 'callTool r1/1.1 #1: transact 1'),
    ],
  ),
};

/** Wrong reading 2: one outcome is remembered per flow. After a denial the call is run again and again at once: S9. */
export const rememberedOutcome: WrongReading = {
  name: '2: remembering one outcome per flow',
  breaks: ['S9'],
  difference: {
    edits: [{ file: 'workflows/wait-for-consent.ts', find: 'hints.count > seen', replace: 'hints.count > 0' }],
  },
  story: told(
    'a denial',
    [ask('r1', 'read'), tab('A', 'asked', { answer: 'deny' })],
    [begins('tab A', 'callTool r1/1.1 #1: over')],
  ),
};
