import type { Client } from '@temporalio/client';

/** When the steps of a wake happened, by the server's clock, in milliseconds since 1970. */
export interface WokenHistory {
  signalled: number;
  /** The activities after the wait, in order: callTool, think, finishRequest (or what the reference has for them). */
  activities: { started: number; ended: number }[];
}

/** Activities before the wait: think, and callTool, which finds no account. */
const BEFORE = 2;

export async function readWoken(client: Client, workflowId: string): Promise<WokenHistory> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const timesOf = (isIt: (event: NonNullable<typeof events>[number]) => unknown): number[] =>
    (events ?? []).filter(isIt).map(({ eventTime }) => millis(eventTime));
  const started = timesOf((event) => event.activityTaskStartedEventAttributes);
  const ended = timesOf(
    (event) => event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes,
  );
  const [signalled = Number.NaN] = timesOf((event) => event.workflowExecutionSignaledEventAttributes);
  return {
    signalled,
    activities: started.slice(BEFORE).map((at, index) => ({ started: at, ended: ended[BEFORE + index] ?? Number.NaN })),
  };
}

/** The call has found no account, and nothing is left to do but wait. */
export async function isParked(client: Client, workflowId: string): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const ended = events?.filter(
    (event) => event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes,
  );
  const last = events?.findLast((event) => !event.timerStartedEventAttributes);
  return ended?.length === BEFORE && Boolean(last?.workflowTaskCompletedEventAttributes);
}

/** When the first activity began; undefined while none has. */
export async function firstActivity(client: Client, workflowId: string): Promise<number | undefined> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const event = events?.find(({ activityTaskStartedEventAttributes }) => activityTaskStartedEventAttributes);
  return event && millis(event.eventTime);
}

interface Timestamp {
  seconds?: unknown;
  nanos?: number | null;
}

function millis(time: Timestamp | null | undefined): number {
  return Number(time?.seconds ?? Number.NaN) * 1000 + (time?.nanos ?? 0) / 1e6;
}

/** When each activity of a workflow began and ended, by its name, in milliseconds since 1970. */
export async function activityTimes(
  client: Client,
  workflowId: string,
): Promise<Partial<Record<string, { started: number; ended: number }>>> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const names = new Map<string, string>();
  const times: Record<string, { started: number; ended: number }> = {};
  const at = (id: unknown) => (times[names.get(String(id)) ?? ''] ??= { started: Number.NaN, ended: Number.NaN });
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const started = event.activityTaskStartedEventAttributes;
    const completed = event.activityTaskCompletedEventAttributes;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
    if (started) at(started.scheduledEventId).started = millis(event.eventTime);
    if (completed) at(completed.scheduledEventId).ended = millis(event.eventTime);
  }
  return times;
}
