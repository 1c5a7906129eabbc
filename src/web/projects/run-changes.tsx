import { useCallback, useId, useState } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunAnswer, RunDiffAnswer } from '../../http/contract.ts';
import type { ApiFault } from '../api.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { ChangedFile } from './changed-file.tsx';
import { PatchText } from './patch-text.tsx';
import { isHostGone } from './run-words.ts';
import { useLoaded } from './use-loaded.ts';
import type { ProjectActions } from './use-projects.ts';

interface RunChangesProps {
  run: RunAnswer;
  actions: ProjectActions;
  language: Language;
  texts: ProjectTexts;
  page: PageTexts;
}

/** What a run changed in its copy of the repository. It is looked at between the end of a run and its removal. */
export function RunChanges({ run, actions, language, texts, page }: RunChangesProps) {
  const { diff, fault, ask } = useDiff(run, actions);
  const titleId = useId();
  const { changes } = texts;
  return (
    <section aria-labelledby={titleId} tabIndex={-1}>
      <h3 id={titleId}>{changes.title}</h3>
      {fault && <FaultNote fault={fault} texts={page} onRetry={ask} />}
      {!diff && !fault && (
        <p className="aside">{run.cleanedAt === null && !isHostGone(run) ? changes.looking : changes.unknown}</p>
      )}
      {diff?.files.length === 0 && <p>{changes.none}</p>}
      {diff && diff.files.length > 0 && (
        <>
          <p className="aside">{changes.count(diff.files.length)}</p>
          <ul className="changed-files">
            {diff.files.map((file) => (
              <ChangedFile key={file.path} file={file} language={language} texts={texts} />
            ))}
          </ul>
          <details className="patch">
            <summary>{changes.patch}</summary>
            <PatchText patch={diff.patch} language={language} texts={texts} />
          </details>
          {diff.cut && <p className="aside">{changes.cut}</p>}
          <a className="button" href={`/api/runs/${run.id}/diff?format=patch`} download={`run-${run.id}.patch`}>
            {changes.download}
          </a>
        </>
      )}
    </section>
  );
}

/** Asked for when the run has ended, and once more when it was cleaned: from then on there comes no other. */
function useDiff({ id, cleanedAt }: RunAnswer, actions: ProjectActions) {
  const [diff, setDiff] = useState<RunDiffAnswer | null>(null);
  const known = diff !== null;
  const load = useCallback(async () => {
    if (known) return;
    try {
      setDiff(await actions.diff(id));
    } catch (fault) {
      if ((fault as ApiFault).status !== 404) throw fault;
    }
  }, [id, known, actions]);
  const { fault, ask } = useLoaded(load, cleanedAt === null ? 0 : 1);
  return { diff, fault: diff ? null : fault, ask };
}
