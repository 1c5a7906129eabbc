import { useCallback, useId } from 'react';
import type { RunAnswer } from '../../http/contract.ts';
import { RUNS_SHOWN } from '../api.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { placeAddress } from '../place.ts';
import { momentWords } from '../time-words.ts';
import type { AreaProps } from './area-props.ts';
import { commandWords } from './command-words.ts';
import { shownText } from './shown-text.ts';
import { useLoaded } from './use-loaded.ts';

/** What was run in a project, newest first. */
export function RunList({ projectId, known, language, texts, page }: AreaProps & { projectId: string }) {
  const { actions, gap, runs } = known;
  const load = useCallback(() => actions.loadRuns(projectId), [actions, projectId]);
  const { loaded, fault, ask } = useLoaded(load, gap);
  const titleId = useId();
  const newestFirst = [...runs.values()]
    .filter((run) => run.projectId === projectId)
    .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
    .slice(0, RUNS_SHOWN);

  return (
    <section aria-labelledby={titleId} tabIndex={-1}>
      <h3 id={titleId}>{texts.runs.title}</h3>
      {fault && <FaultNote fault={fault} texts={page} onRetry={ask} />}
      {!loaded && !fault && <p className="aside appears-late">{page.loading}</p>}
      {loaded && newestFirst.length === 0 && <p className="aside">{texts.runs.none}</p>}
      <ul className="cards">
        {newestFirst.map((run) => (
          <li key={run.id} className="card run-card">
            <a
              className={run.kind === 'command' ? 'card-link mono' : 'card-link'}
              href={placeAddress({ kind: 'run', id: run.id })}
            >
              {runTitle(run, texts.runs.import)}
            </a>
            <span className="run-status" data-status={run.status}>
              {texts.status[run.status]}
            </span>
            <time className="aside" dateTime={run.createdAt}>
              {momentWords(new Date(run.createdAt), language)}
            </time>
          </li>
        ))}
      </ul>
      {newestFirst.length === RUNS_SHOWN && <p className="aside">{texts.runs.newest(RUNS_SHOWN)}</p>}
    </section>
  );
}

const runTitle = (run: RunAnswer, imports: string) =>
  run.kind === 'import' ? imports : shownText(commandWords(run.command));
