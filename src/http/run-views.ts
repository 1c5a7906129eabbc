import type { ProjectView, RunView } from '../ports/runs.ts';
import type { ProjectAnswer, RunAnswer } from './contract.ts';

/** Projects and runs as the contract shows them. */

export function projectAnswerOf(project: ProjectView): ProjectAnswer {
  const { id, name, cloneUrl, defaultBranch, head, createdAt, importRun } = project;
  return {
    id,
    name,
    cloneUrl,
    defaultBranch,
    head,
    createdAt: createdAt.toISOString(),
    importRun: importRun && { id: importRun.id, status: importRun.status, failure: importRun.failure },
  };
}

export function runAnswerOf(run: RunView): RunAnswer {
  return {
    id: run.id,
    projectId: run.projectId,
    kind: run.kind,
    command: run.command,
    status: run.status,
    ending: run.ending,
    exitCode: run.exitCode,
    signal: run.signal,
    failure: run.failure,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    cleanedAt: run.cleanedAt?.toISOString() ?? null,
    leftToHost: run.leftToHost,
    logDroppedBytes: run.log.droppedBytes,
  };
}
