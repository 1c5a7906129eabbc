import { expect, test } from '@jest/globals';
import { CONTAINER_CUTS } from '../soak/container-cuts.ts';
import { compareRun, scriptOf, type AskedRun, type FoundRun } from '../soak/container-runs.ts';
import { soakContainers } from '../soak/containers.ts';
import { containerTest } from '../support/engine.ts';
import { sharedEngine } from '../support/shared-engine.ts';

/** One of each kind of step; the soak kills at all of them, and at random moments. */
const CUTS = [
  'create: before, and it arrives late',
  'start: after, and nobody heard',
  'began: after, and nobody heard',
  'exec: after, and nobody heard',
  'stop: before',
  'remove: after, and nobody heard',
  // Last: only a time limit tells that an orchestrator is gone.
  'inject: after, and nobody heard',
];

containerTest(
  'C5: kills at each step of a run lose nothing, run nothing twice, and leave nothing behind',
  async () => {
    const engine = sharedEngine();
    if ('missing' in engine) throw new Error('this test is skipped without an engine');
    const cuts = CUTS.map((name) => CONTAINER_CUTS.find((cut) => cut.name === name)).filter((cut) => cut !== undefined);
    const log: string[] = [];
    const report = await soakContainers({
      ...{ seed: 1, kills: CUTS.length, stops: 0, cuts, engine },
      enough: AbortSignal.timeout(420_000),
      log: (line) => log.push(line),
    });
    const { lost, twice, leftBehind, toldOtherwise, kills, atCuts, runs } = report;
    expect({ lost, twice, leftBehind, toldOtherwise }).toEqual({
      lost: [],
      twice: [],
      leftBehind: [],
      toldOtherwise: 0,
    });
    expect({ log, kills, atCuts }).toEqual({ log, kills: CUTS.length, atCuts: CUTS.length });
    expect(runs).toBeGreaterThan(5);
  },
  900_000,
);

const ASKED: AskedRun = { runId: 'r', userId: 'u', kind: 'short', token: 't', lines: 2, askedAt: 0 };
const WHOLE = 'begun t\nline 1\nline 2\nmark\n';
const found = (changes: Partial<FoundRun>): FoundRun => ({
  ...{ ending: 'exited', exitCode: 0, failure: null, log: WHOLE, patch: '+mark\n', engineRestarts: 0, kills: 3 },
  ...changes,
});

test('the judge of the soak finds what was lost, what happened twice, and what nobody excused', () => {
  const judge = (changes: Partial<FoundRun>, asked: Partial<AskedRun> = {}) => {
    const { lost, twice, toldOtherwise } = compareRun({ ...ASKED, ...asked }, found(changes));
    return [lost.length, twice.length, toldOtherwise];
  };
  expect(judge({})).toEqual([0, 0, false]);
  expect(judge({ ending: null, exitCode: null, log: '' })).toEqual([1, 0, false]);
  expect(judge({ log: 'begun t\nline 2\nmark\n' })).toEqual([1, 0, false]);
  expect(judge({ log: 'begun t\nline 1\nline 2\n' })).toEqual([1, 0, false]);
  expect(judge({ log: 'begun t\nline 1\nline 1\nline 2\nmark\n' })).toEqual([0, 1, false]);
  expect(judge({ log: 'begun t\nline 1\nline 2\nmark\nmark\n' })).toEqual([0, 1, false]);
  expect(judge({ patch: '+mark\n+mark\n' })).toEqual([0, 1, false]);
  expect(judge({ exitCode: 7 })).toEqual([1, 0, false]);
  expect(judge({ exitCode: 7 }, { kind: 'failing' })).toEqual([0, 0, false]);
  const lostContainer = { ending: 'failed', exitCode: null, failure: 'containerLost', log: 'begun t\nli' } as const;
  expect(judge(lostContainer)).toEqual([1, 0, false]);
  expect(judge({ ...lostContainer, engineRestarts: 1 })).toEqual([0, 0, true]);
  expect(judge({ ...lostContainer, engineRestarts: 1, log: 'line 1\n' })).toEqual([1, 0, true]);
  const stopped = { ending: 'stopped', exitCode: null, log: `${WHOLE.replace('mark\n', '')}line 3\n` } as const;
  expect(judge(stopped, { kind: 'stopped' })).toEqual([0, 0, false]);
  expect(judge({ ...stopped, log: 'begun t\nline 2\n' }, { kind: 'stopped' })).toEqual([1, 0, false]);
  const unstopped = { ...stopped, ending: 'hostLost' } as const;
  expect(judge(unstopped, { kind: 'stopped' })).toEqual([1, 0, false]);
  expect(judge({ ...unstopped, kills: 5 }, { kind: 'stopped' })).toEqual([0, 0, true]);
  expect(scriptOf(ASKED)).toContain('seq 1 2');
});
