import { useCallback, useMemo, useState } from 'react';
import type { ProjectAnswer, ProjectBody, RunAnswer } from '../../http/contract.ts';
import type { Api, ApiFault } from '../api.ts';
import { newestList } from '../newest-list.ts';
import { newerRun } from './run-progress.ts';

/**
 * A person's projects and runs, as far as they were asked for or told about. `gap` changes whenever news may have been
 * missed: what is shown has to be asked for again.
 */
export function useProjects(api: Api) {
  const [projects, setProjects] = useState<readonly ProjectAnswer[] | null>(null);
  const [runs, setRuns] = useState<ReadonlyMap<string, RunAnswer>>(new Map());
  const [loadFault, setLoadFault] = useState<ApiFault | null>(null);
  const [gap, setGap] = useState(0);

  const missed = useCallback(() => setGap((count) => count + 1), []);

  const list = useMemo(() => newestList(api.projects), [api]);

  const refresh = useCallback(async () => {
    try {
      setProjects(await list.ask());
      setLoadFault(null);
    } catch (fault) {
      setLoadFault(fault as ApiFault);
    }
  }, [list]);

  const mergeAll = useCallback((incoming: readonly RunAnswer[]) => {
    setRuns(
      (known) => new Map([...known, ...incoming.map((run) => [run.id, newerRun(known.get(run.id), run)] as const)]),
    );
  }, []);

  /** A project changes with the run that imports it. */
  const merge = useCallback(
    (run: RunAnswer) => {
      mergeAll([run]);
      if (run.kind === 'import') void refresh();
    },
    [mergeAll, refresh],
  );

  const actions = useMemo(
    () => ({
      add: async (body: ProjectBody) => {
        const project = await api.addProject(body);
        list.told();
        setProjects((known) => [project, ...(known ?? []).filter(({ id }) => id !== project.id)]);
      },
      remove: async (id: string) => {
        await api.deleteProject(id);
        list.told();
        setProjects((known) => known?.filter((project) => project.id !== id) ?? null);
      },
      loadRuns: async (projectId: string) => mergeAll(await api.runs(projectId)),
      loadRun: async (id: string) => mergeAll([await api.run(id)]),
      start: async (projectId: string, command: string[]) => (await api.startRun(projectId, command)).runId,
      stop: (id: string) => api.stopRun(id),
      diff: (id: string) => api.runDiff(id),
      proof: (id: string) => api.runProof(id),
    }),
    [api, list, mergeAll],
  );

  return useMemo(
    () => ({ projects, runs, loadFault, gap, missed, refresh, merge, actions }),
    [projects, runs, loadFault, gap, missed, refresh, merge, actions],
  );
}

export type KnownProjects = ReturnType<typeof useProjects>;
export type ProjectActions = KnownProjects['actions'];
