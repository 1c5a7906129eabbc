import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolders } from '../../ports/workspaces.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Beside the folders of runs: what a look into the image needs begins like this. */
export const CHECK_FOLDER = '.check-';

/** Where a run's folders are. Throws when its id is not a uuid: it becomes a path. */
export function runFolder(root: string, runId: string): RunFolders & { folder: string } {
  if (!UUID.test(runId)) throw new TypeError('A run is named by a uuid.');
  const folder = join(root, runId);
  const inside = (name: string) => join(folder, name);
  return { folder, workspace: inside('workspace'), mirror: inside('mirror'), socket: inside('socket') };
}

/** Runs that have a folder here. */
export async function runsIn(root: string): Promise<string[]> {
  return (await readdir(root)).filter((name) => UUID.test(name));
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** One thing after another for each run; different runs do not wait for each other. */
export function oneAtATime() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(runId: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(runId) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => undefined);
    last.set(runId, settled);
    try {
      return await turn;
    } finally {
      if (last.get(runId) === settled) last.delete(runId);
    }
  };
}
