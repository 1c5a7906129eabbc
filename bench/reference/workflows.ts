import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { Activities } from './activities.ts';

/** The least that waits for a signal and then does as many activities as a request: the floor of this server. */
export const wake = defineSignal('wake');
const { nothing } = proxyActivities<Activities>({ startToCloseTimeout: '30 seconds' });

export async function waiter({ before, after }: { before: number; after: number }): Promise<void> {
  let awake = false;
  setHandler(wake, () => void (awake = true));
  for (let count = 0; count < before; count++) await nothing();
  await condition(() => awake);
  for (let count = 0; count < after; count++) await nothing();
}
