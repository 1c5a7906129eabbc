import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { PANAGER_TASK_QUEUE } from './task-queues.ts';

/** Makes sure that the sweep runs every `everyMs`. A schedule that is there already is left as it is. */
export async function ensureSweepSchedule(client: Client, everyMs: number): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: 'sweep',
      spec: { intervals: [{ every: everyMs }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType: 'sweep', workflowId: 'sweep', taskQueue: PANAGER_TASK_QUEUE },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
