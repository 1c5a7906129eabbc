import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { buttonId, readButtonId, type ButtonPress } from '../../src/domain/discord-buttons.ts';

const [requestId, flowId, approvalId] = [randomUUID(), randomUUID(), randomUUID()];
const PRESSES: ButtonPress[] = [
  { action: 'cancel', requestId },
  { action: 'skip', requestId, flowId },
  { action: 'snooze', requestId, flowId },
  { action: 'approve', approvalId },
  { action: 'deny', approvalId },
  { action: 'approveAll', approvalId },
];

test.each(PRESSES)('the button $action comes back as it went, within the length that Discord takes', (press) => {
  const text = buttonId(press);
  expect(text.length).toBeLessThanOrEqual(100);
  expect(readButtonId(text)).toEqual(press);
});

test.each([
  '',
  'cancel',
  'cancel:',
  `cancel:${requestId} `,
  ` cancel:${requestId}`,
  `cancel:${requestId}\n`,
  `cancel:${requestId.toUpperCase()}`,
  `cancel:${requestId}:${flowId}`,
  `Cancel:${requestId}`,
  `skip:${requestId}`,
  `skip:${requestId}:${flowId}:${flowId}`,
  `skip:${requestId}:${flowId.slice(1)}`,
  `approve:${approvalId}:${approvalId}`,
  `approveall:${approvalId}`,
  `constructor:${approvalId}`,
  `__proto__:${approvalId}`,
  `approve:${approvalId}`.repeat(3),
])('%j is nobody’s button', (text) => {
  expect(readButtonId(text)).toBeNull();
});
