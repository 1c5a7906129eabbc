import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Beside the eleven, found by these stories: that nothing can be written where every version was destroyed. Vault still takes
 * the number of the last one for its check-and-set, so a refresh that froze in front of its write stores a secret for
 * nobody: S5.
 */
export const destroyedIsFinal: WrongReading = {
  name: 'beside the eleven: taking what is destroyed for final',
  breaks: ['S5'],
  difference: {
    edits: [{ file: 'src/connections/destroy-secret.ts', find: "last.kind === 'credential' &&", replace: 'false &&' }],
  },
  story: told(
    'a refresh that freezes in front of Vault until its connection was ended',
    [ask('r1', 'read'), tab('A', 'asked'), { kind: 'refuseTokens' }, { kind: 'disconnect' }],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      begins('refuseTokens', 'callTool r1/1.1 #2: read 1'),
      hold('callTool r1/1.1 #2', 'listEvents 1', 'refuseTokens: over'),
      begins('disconnect', 'callTool r1/1.1 #2: refresh 1'),
      hold('callTool r1/1.1 #2', 'replace 1', 'destroyCredential tab A #1: over'),
    ],
  ),
};
