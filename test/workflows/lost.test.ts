import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sweepRequests } from '../../src/connections/sweep-requests.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager({ alarmAfterMs: 0 });
}, 90_000);
afterAll(() => panager.close());

/** Sweeps until the request has its end. */
function ends(userId: string, requestId: string) {
  return until('the sweep has ended the request', async () => {
    await sweepRequests(panager.heart, () => undefined);
    panager.poke();
    const view = await panager.view(userId, requestId);
    return view.finishedAt === null ? null : view;
  });
}

test('a request whose workflow somebody terminated while it waited ends when its wake finds nobody', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  await panager.handle(requestId).terminate('test');
  expect(await panager.connect(userId, waitingFor[0]?.publicId ?? '')).toMatchObject({ kind: 'connected' });
  expect(await ends(userId, requestId)).toMatchObject({ status: 'failed', waitingFor: [] });
});

test('a request whose start was lost is started by the sweep and answered', async () => {
  const userId = await newPerson(panager.heart);
  await panager.pauseDispatch();
  const requestId = await panager.ask(userId, '안녕하세요');
  await panager.heart.pools.owner.query('DELETE FROM outbox WHERE subject_id = $1', [requestId]);
  panager.resumeDispatch();
  expect(await ends(userId, requestId)).toMatchObject({ status: 'done' });
});

test('one that was terminated before it was claimed is found to be lost when it is started again', async () => {
  const userId = await newPerson(panager.heart);
  await panager.stopWorker();
  const requestId = await panager.ask(userId, '안녕하세요');
  await until('its workflow was started', () =>
    panager
      .handle(requestId)
      .terminate('test')
      .then(
        () => true,
        () => null,
      ),
  );
  await panager.startWorker();
  expect(await ends(userId, requestId)).toMatchObject({ status: 'failed' });
});
