import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureSchedules } from '../../src/temporal/schedules.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

const HOUR = 60 * 60_000;
const SCHEDULES = ['sweep', 'search-orphans'];

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager();
}, 90_000);
afterAll(async () => {
  for (const id of SCHEDULES) await panager.client.schedule.getHandle(id).delete();
  await panager.close();
});

const ensure = (sweepMs: number) =>
  ensureSchedules(panager.client, { sweepMs, searchOrphansMs: HOUR }, panager.taskQueue);
const intervalOf = async (id: string) => {
  const { spec } = await panager.client.schedule.getHandle(id).describe();
  return spec.intervals?.map(({ every }) => every);
};

test('schedules are made once, and take over a changed interval', async () => {
  await ensure(60_000);
  await Promise.all([ensure(60_000), ensure(60_000)]);
  expect(await Promise.all(SCHEDULES.map(intervalOf))).toEqual([[60_000], [HOUR]]);
  await ensure(2 * HOUR);
  expect(await intervalOf('sweep')).toEqual([2 * HOUR]);
});

test('what they start sweeps up what is overdue, and searches to the end', async () => {
  await ensure(2 * HOUR);
  const userId = await newPerson(panager.heart);
  const { publicId } = await panager.heart.consent.open('google', userId);
  const started = await panager.heart.consent.start(publicId, userId);
  if (started.kind !== 'started') throw new Error(started.kind);
  await panager.heart.pools.owner.query(`UPDATE attempt SET expires_at = now() WHERE id = $1`, [started.attemptId]);

  for (const id of SCHEDULES) await panager.client.schedule.getHandle(id).trigger();
  await until('the attempt was ended', async () => {
    const attempt = await panager.heart.store.findAttempt(started.attemptId);
    return attempt?.status === 'failed' ? true : null;
  });
  await until('the search has ended', async () => {
    const { info } = await panager.client.schedule.getHandle('search-orphans').describe();
    const [run] = info.recentActions;
    if (run === undefined) return null;
    const { workflowId } = run.action.workflow;
    const { status } = await panager.client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') expect(status.name).toBe('COMPLETED');
    return status.name === 'COMPLETED' ? true : null;
  });
});
