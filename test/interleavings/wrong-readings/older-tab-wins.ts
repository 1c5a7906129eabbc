import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 6: whichever tab comes last is connected. An older one with fewer permissions replaces the newer grant, and
 * a call that was released by it asks its person again: S6.
 */
export const olderTabWins: WrongReading = {
  name: '6: an older tab with fewer scopes replaces a newer, wider grant',
  breaks: ['S6'],
  difference: {
    edits: [
      {
        file: 'src/connections/finish-attempt.ts',
        find: 'connected.connectedAt > attempt.createdAt',
        replace: 'false',
      },
    ],
  },
  story: told(
    'a narrow tab that began before a wide one, and comes back after it',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('tab B', 'tab A: transact 1'),
      hold('tab A', 'browser 1', 'tab B: over'),
      hold('deliver authCompleted r1 #1', 'deliver 1', 'tab A: over'),
      hold('deliver authCompleted r2 #1', 'deliver 1', 'tab A: over'),
    ],
  ),
};
