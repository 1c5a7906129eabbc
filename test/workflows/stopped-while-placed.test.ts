import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newProject } from '../activities/support/projects.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { placementOf } from '../support/placement.ts';
import { until } from '../support/until.ts';
import { runPartsOf, startScriptedHost, type ScriptedHost } from './support/scripted-host.ts';

let panager: Panager;
let host: ScriptedHost;
let lending: string | null = null;
let lend: () => void = () => undefined;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager({}, undefined, (heart) => {
    const lendTo = async (_host: string, run: { id: string }) => {
      lending = run.id;
      await new Promise<void>((resolve) => (lend = resolve));
      return 'lent' as const;
    };
    const lender = { lendTo, takeBack: () => Promise.resolve() };
    return { ...runPartsOf(heart), ...placementOf(heart, { lender }) };
  });
  host = await startScriptedHost(panager.heart);
}, 120_000);
afterAll(async () => {
  await host.close();
  await panager.close();
}, 60_000);

test('a run that is stopped while it gets its place gives it back, with what was lent there', async () => {
  const userId = await newPerson(panager.heart);
  await newProject(panager.heart, userId);
  await panager.ask(userId, 'demo에서 npm test 실행해줘');
  const runId = await until('something is lent', () => Promise.resolve(lending), 60_000);
  const run = panager.client.workflow.getHandle(`run-${runId}`);
  await run.cancel();
  await until(
    'it is told',
    async () => (JSON.stringify(await run.fetchHistory()).includes('ancelRequested') ? true : null),
    60_000,
  );
  lend();
  expect(await run.result()).toBe('stopped');
  expect(host.stepsOf(runId)).toEqual(['clean']);
}, 180_000);
