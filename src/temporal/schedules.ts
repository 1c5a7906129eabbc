import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type * as workflows from '../../workflows/index.ts';
import { PANAGER_TASK_QUEUE } from './task-queues.ts';

/** What runs by the clock. Intervals in milliseconds; a changed one is taken over by schedules that are there already. */
export async function ensureSchedules(
  client: Client,
  intervals: { sweepMs: number; searchOrphansMs: number },
  taskQueue = PANAGER_TASK_QUEUE,
): Promise<void> {
  await ensureSchedule(client, 'sweep', 'sweep', intervals.sweepMs, taskQueue);
  await ensureSchedule(client, 'search-orphans', 'searchOrphans', intervals.searchOrphansMs, taskQueue);
}

async function ensureSchedule(
  client: Client,
  scheduleId: string,
  workflowType: keyof typeof workflows,
  everyMs: number,
  taskQueue: string,
): Promise<void> {
  const spec = { intervals: [{ every: everyMs }] };
  try {
    await client.schedule.create({
      scheduleId,
      spec,
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const schedule = client.schedule.getHandle(scheduleId);
    const [now] = (await schedule.describe()).spec.intervals ?? [];
    if (now?.every !== everyMs) await schedule.update((previous) => ({ ...previous, spec }));
  }
}
