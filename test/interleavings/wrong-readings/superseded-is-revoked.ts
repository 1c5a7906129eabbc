import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 5: the token of the same account that a newer one replaces is revoked at the provider, which ends the whole
 * grant, and the newer one with it: S7.
 */
export const supersededIsRevoked: WrongReading = {
  name: '5: revoking a superseded token of an account that is still connected',
  breaks: ['S7'],
  difference: {
    edits: [
      {
        file: 'src/connections/finish-attempt.ts',
        find: 'attemptId: connected.credential }, otherAccount)',
        replace: 'attemptId: connected.credential }, true)',
      },
    ],
  },
  story: told(
    'an account that is connected twice',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('tab B', 'tab A: over'),
      hold('deliver authCompleted r2 #1', 'deliver 1', 'destroyCredential tab A #1: over'),
    ],
  ),
};
