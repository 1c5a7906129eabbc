import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { silenceTemporal } from '../support/panager.ts';
import { HISTORIES } from './histories.ts';
import { SCENARIOS } from './scenarios.ts';

silenceTemporal();
const quiet = new DefaultLogger('ERROR', () => undefined);
const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));

function bundle(path: string) {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(path, import.meta.url)), logger: quiet });
}
const current = bundle('../../workflows/index.ts');

function historyOf(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, HISTORIES), 'utf8'));
}

test('there is a recorded history of every scenario', () => {
  for (const name of Object.keys(SCENARIOS)) expect(files).toContain(`${name}.json`);
});

test.each(files)('DE-3: %s still replays, so workflows like it may go on after an upgrade', async (file) => {
  await Worker.runReplayHistory({ workflowBundle: await current }, historyOf(file), `request-${file}`);
});

test('DE-3: a workflow that does things in another order is caught', async () => {
  const workflowBundle = await bundle('./broken/index.ts');
  const replayed = Worker.runReplayHistory({ workflowBundle }, historyOf('waited.json'), 'request-broken');
  await expect(replayed).rejects.toBeInstanceOf(DeterminismViolationError);
});

test('recorded histories hold no name of a machine, no link and no word of a person', () => {
  for (const file of files) {
    const text = readFileSync(new URL(file, HISTORIES), 'utf8');
    const payloads = [...text.matchAll(/"data": "([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    expect(payloads.length).toBeGreaterThan(2);
    expect(`${text}${payloads.join('\n')}`).not.toMatch(
      /일정|안녕|\/connect\/|@example\.com|ya29|localhost|\d+@[\w.-]+/,
    );
  }
});
