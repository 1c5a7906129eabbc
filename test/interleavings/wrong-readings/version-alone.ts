import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/**
 * Wrong reading 11: a refusal is compared with the version of the connection alone. A refresh in between does not change it,
 * and the mark hits a secret that is newer and good: S7.
 */
export const versionAlone: WrongReading = {
  name: '11: a mark that compares the version alone',
  breaks: ['S7'],
  difference: {
    edits: [
      {
        file: 'src/connections/tool-calls.ts',
        find: 'current.version !== used.version || current.secretRev !== used.secretRev',
        replace: 'current.version !== used.version',
      },
    ],
  },
  story: told(
    'two calls that refresh one after the other, and a late refusal of the first',
    [
      ask('r1', 'read'),
      ask('r2', 'read'),
      tab('A', 'asked'),
      { kind: 'refuseTokens' },
      { kind: 'refuseTokens', again: 2 },
    ],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('refuseTokens', 'callTool r1/1.1 #2: read 1', 'callTool r2/1.1 #2: transact 1'),
      hold('callTool r1/1.1 #2', 'listEvents 1', 'refuseTokens: over'),
      begins('refuseTokens 2', 'callTool r1/1.1 #2: releaseRefresh 1'),
      hold('callTool r1/1.1 #2', 'listEvents 2', 'refuseTokens 2: over'),
      hold('callTool r2/1.1 #2', 'read 1', 'callTool r1/1.1 #2: listEvents 2'),
      hold('callTool r1/1.1 #2', 'transact 3', 'callTool r2/1.1 #2: over'),
    ],
  ),
};
