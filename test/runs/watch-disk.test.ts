import { expect, test } from '@jest/globals';
import { watchDisk } from '../../activities/runs/watch-disk.ts';
import { endOf } from '../../activities/runs/execute-run.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';

const disk = (of: Partial<Workspaces>) => ({
  workspaces: {
    freeBytes: () => Promise.resolve(1),
    hasRoom: () => Promise.resolve(true),
    ...of,
  } as Workspaces,
});
const never = new AbortController().signal;
const over = () => AbortSignal.timeout(100);

test("a run's own limit and the host's reserve are told apart", async () => {
  expect(await watchDisk(disk({ freeBytes: () => Promise.resolve(-1) }), 'r', never)).toBe('diskLimit');
  expect(await watchDisk(disk({ hasRoom: () => Promise.resolve(false) }), 'r', never)).toBe('hostFull');
  expect(endOf({ state: 'waiting' }, 'diskLimit', true)).toEqual({ ending: 'diskLimit' });
  expect(endOf({ state: 'waiting' }, 'hostFull', true)).toEqual({ ending: 'failed', failure: 'hostFull' });
});

test('what cannot be looked at ends no run, and it is looked at no longer than the run goes on', async () => {
  const away = () => Promise.reject(new Error('away'));
  expect(await watchDisk(disk({ freeBytes: away, hasRoom: away }), 'r', over())).toBeNull();
  expect(await watchDisk(disk({ freeBytes: () => Promise.resolve(0) }), 'r', over())).toBeNull();
});
