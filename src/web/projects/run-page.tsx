import { useCallback } from 'react';
import { FaultNote } from '../parts/fault-note.tsx';
import { goAfter } from '../use-place.ts';
import type { AreaProps } from './area-props.ts';
import { commandWords } from './command-words.ts';
import { RunLog } from './log/run-log.tsx';
import { useRunLog } from './log/use-run-log.ts';
import { PlaceGone } from './place-gone.tsx';
import { RunAgain } from './run-again.tsx';
import { RunChanges } from './run-changes.tsx';
import { RunProof } from './run-proof.tsx';
import { RunState } from './run-state.tsx';
import { shownText } from './shown-text.ts';
import { StopRun } from './stop-run.tsx';
import { useLoaded } from './use-loaded.ts';
import { WayBack } from './way-back.tsx';

/** One run: how it is going or ended, what it says, what it changed, and that nothing is left of it. */
export function RunPage({ id, known, language, texts, page, onGo }: AreaProps & { id: string }) {
  const { actions, gap, merge } = known;
  const load = useCallback(() => actions.loadRun(id), [actions, id]);
  const { fault, ask } = useLoaded(load, gap);
  const run = known.runs.get(id);
  const log = useRunLog(run ? id : null, merge);

  if (!run) {
    if (fault?.status === 404 || fault?.status === 400) return <PlaceGone texts={texts} />;
    if (fault) return <FaultNote fault={fault} texts={page} onRetry={ask} />;
    return <p className="aside appears-late">{page.loading}</p>;
  }
  const project = known.projects?.find(({ id: projectId }) => projectId === run.projectId);
  const isCommand = run.kind === 'command';
  return (
    <>
      <WayBack to={{ kind: 'project', id: run.projectId }} name={project?.name ?? texts.toProjects} />
      <h2 tabIndex={-1} className={isCommand ? 'mono run-command' : undefined}>
        {isCommand ? shownText(commandWords(run.command)) : texts.runs.import}
      </h2>
      <RunState run={run} language={language} texts={texts} />
      <section className="run-actions" tabIndex={-1} aria-label={texts.run.command}>
        {run.endedAt === null && <StopRun run={run} texts={texts} page={page} onStop={actions.stop} />}
        {run.endedAt !== null && isCommand && (
          <RunAgain
            texts={texts}
            page={page}
            onAgain={() =>
              goAfter(async () => ({ kind: 'run', id: await actions.start(run.projectId, run.command) }), onGo)
            }
          />
        )}
      </section>
      <RunLog run={run} log={log} language={language} texts={texts} />
      {run.endedAt !== null && isCommand && run.startedAt !== null && (
        <RunChanges run={run} actions={actions} language={language} texts={texts} page={page} />
      )}
      {run.endedAt !== null && <RunProof run={run} actions={actions} language={language} texts={texts} page={page} />}
    </>
  );
}
