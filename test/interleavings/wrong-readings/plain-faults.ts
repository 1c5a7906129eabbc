import { WITHOUT_KEY } from '../system.ts';
import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/** The worker is lost after it sent; the next attempt finds nothing at a provider that takes no key. */
const lostAfterSending = (takesOurKey: boolean) =>
  told(
    'a worker that is lost after it sent',
    [ask('r1', 'create'), tab('A', 'asked')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over'),
      { ...hold('callTool r1/1.1 #2', 'transact 2', 'finishRequest r1 #1: over'), lost: true },
    ],
    { takesOurKey },
  );

/** Beside the eleven: faults of which nobody would say that they look natural, so that each rule of the judge is seen to work. */
export const PLAIN_FAULTS: WrongReading[] = [
  {
    name: 'a fault: repeating what a provider without keys may have done (S1)',
    breaks: ['S1'],
    difference: { edits: [{ ...WITHOUT_KEY, find: WITHOUT_KEY.replace, replace: WITHOUT_KEY.find }] },
    story: lostAfterSending(false),
  },
  {
    name: 'a fault: a waiter that is released without its outbox row (S4)',
    breaks: ['S4'],
    difference: {
      edits: [{ file: 'src/connections/release-waiters.ts', find: "await tx.wake(waiter, 'granted');", replace: '' }],
    },
    story: told('one consent', [ask('r1', 'read'), tab('A', 'asked')], [begins('tab A', 'callTool r1/1.1 #1: over')]),
  },
  {
    name: 'a fault: a key that is another one each time (S8)',
    breaks: ['S8'],
    difference: {
      edits: [
        {
          file: 'src/connections/effect-key.ts',
          find: '`${requestId}/${callId}`',
          replace: '`${requestId}/${callId}/${Math.random()}`',
        },
      ],
    },
    story: lostAfterSending(true),
  },
  {
    name: 'a fault: a request whose end is not written (L1)',
    breaks: ['L1'],
    difference: {
      edits: [
        {
          file: 'src/connections/end-request.ts',
          find: 'await tx.endRequest(requestId, { outcome, answer });',
          replace: '',
        },
      ],
    },
    story: told('one consent', [ask('r1', 'read'), tab('A', 'asked')], [begins('tab A', 'callTool r1/1.1 #1: over')]),
  },
  {
    name: 'a fault: a deadline that is looked at before the credential (L2)',
    breaks: ['L2'],
    difference: {
      edits: [
        {
          file: 'src/connections/tool-calls.ts',
          find: '  if (isCovered(need, connection)) {\n    if (waiter !== null',
          replace:
            '  if (isCovered(need, connection) && !(waiter && waiter.deadline <= tx.now)) {\n    if (waiter !== null',
        },
      ],
    },
    story: told(
      'a consent just before the deadline, and a late signal',
      [ask('r1', 'read'), tab('A', 'asked'), { kind: 'deadline', request: 'r1' }],
      [
        begins('tab A', 'callTool r1/1.1 #1: over'),
        begins('deadline r1', 'tab A: over'),
        hold('deliver authCompleted r1 #1', 'deliver 1', 'deadline r1: over'),
      ],
    ),
  },
];
