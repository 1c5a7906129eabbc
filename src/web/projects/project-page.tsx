import { useCallback } from 'react';
import type { AreaProps } from './area-props.ts';
import { CommandForm } from './command-form.tsx';
import { shellCommand } from './command-words.ts';
import { DeleteProject } from './delete-project.tsx';
import { ImportState } from './import-state.tsx';
import { PlaceGone } from './place-gone.tsx';
import { RunList } from './run-list.tsx';
import { WayBack } from './way-back.tsx';
import { goAfter } from '../use-place.ts';
import { FaultNote } from '../parts/fault-note.tsx';

/** One project: what it is, a command to run in it, what was run in it. */
export function ProjectPage({ id, ...common }: AreaProps & { id: string }) {
  const { known, texts, page, onGo } = common;
  const { projects, loadFault, refresh, actions } = known;
  const project = projects?.find((candidate) => candidate.id === id);

  const start = useCallback(
    (line: string) => goAfter(async () => ({ kind: 'run', id: await actions.start(id, shellCommand(line)) }), onGo),
    [actions, id, onGo],
  );
  const remove = useCallback(
    () =>
      goAfter(async () => {
        await actions.remove(id);
        return { kind: 'projects' };
      }, onGo),
    [actions, id, onGo],
  );

  if (!project) {
    if (projects) return <PlaceGone texts={texts} />;
    if (loadFault) return <FaultNote fault={loadFault} texts={page} onRetry={refresh} />;
    return <p className="aside appears-late">{page.loading}</p>;
  }
  return (
    <>
      <WayBack to={{ kind: 'projects' }} name={texts.toProjects} />
      <h2 tabIndex={-1} dir="auto">
        {project.name}
      </h2>
      <p className="aside" dir="ltr">
        {project.cloneUrl}
      </p>
      <div aria-live="polite">
        <ImportState project={project} texts={texts} />
      </div>
      <CommandForm language={common.language} texts={texts} page={page} onStart={start} />
      <RunList projectId={id} {...common} />
      <DeleteProject name={project.name} texts={texts} page={page} onDelete={remove} />
    </>
  );
}
