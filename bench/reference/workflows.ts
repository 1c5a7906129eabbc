import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { ReferenceActivities } from './activities.ts';

/**
 * The least that waits for an account: the same activities as a request, one signal, and nothing of what makes a request
 * safe (no ledger, no lock, no deadline, no status for operators, no answer to a second signal).
 */
export const wake = defineSignal('wake');
const { think, callTool, finish } = proxyActivities<ReferenceActivities>({ startToCloseTimeout: '30 seconds' });

export async function waiter(task: { taskId: string }): Promise<void> {
  let awake = false;
  setHandler(wake, () => void (awake = true));
  await think(task);
  if (!(await callTool(task))) {
    await condition(() => awake);
    await callTool(task);
  }
  await think(task);
  await finish(task);
}
