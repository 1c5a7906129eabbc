import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 8: after a skip or an expiry the call runs once more and looks at nothing but the credential. It finds one
 * from another tab, and writes what its person went on without: S2.
 */
export const onceMoreAfterTheEnd: WrongReading = {
  name: '8: running the call once more after skip or expiry',
  breaks: ['S2'],
  difference: {
    edits: [
      {
        file: 'src/connections/tool-calls.ts',
        find: "    case 'expired':\n    case 'skipped':\n    case 'cancelled':\n    case 'insufficient':\n      return waiter.status;",
        replace: "    case 'cancelled':\n    case 'insufficient':\n      return waiter.status;",
      },
    ],
  },
  story: told(
    'a skip, and a consent before anybody looks',
    [ask('r1', 'create'), tab('A', 'asked'), { kind: 'skip', request: 'r1' }],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      begins('skip r1', 'tab A: browser 1'),
      hold('tab A', 'burnAttempt 1', 'skip r1: over'),
      hold('deliver choiceMade r1 #1', 'deliver 1', 'tab A: over'),
    ],
  ),
};
