import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

const frozenCallback = told(
  'a callback that freezes in front of Vault until its repair is over',
  [ask('r1', 'read'), tab('A', 'asked')],
  [
    begins('tab A', 'callTool r1/1.1 #1: over'),
    hold('deliver repairAttempt tab A #1', 'deliver 1', 'tab A: recordAccount 1'),
    hold('tab A', 'create 1', 'repairAttempt tab A #1: over'),
  ],
);

/** Wrong reading 3: repair says "failed" because it sees no secret. The frozen callback then stores one for nobody: S5. */
export const repairByLooking: WrongReading = {
  name: '3: repair that writes "failed" because it saw no secret',
  breaks: ['S5'],
  difference: {
    edits: [{ file: 'src/connections/repair-attempt.ts', find: 'await vault.bury(path);', replace: '' }],
  },
  story: frozenCallback,
};

/** Wrong reading 3: repair takes its own tombstone for a secret, and makes a connection that points to nothing: S5. */
export const tombstoneAsSecret: WrongReading = {
  name: '3: repair that takes its own tombstone for a secret',
  breaks: ['S5'],
  difference: {
    edits: [
      {
        file: 'src/connections/repair-attempt.ts',
        find: "found.kind === 'credential'",
        replace: "found.kind !== 'missing'",
      },
    ],
  },
  story: frozenCallback,
};
