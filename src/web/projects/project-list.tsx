import { FaultNote } from '../parts/fault-note.tsx';
import { AddProject } from './add-project.tsx';
import type { AreaProps } from './area-props.ts';
import { ProjectItem } from './project-item.tsx';

export function ProjectList({ known, texts, page }: AreaProps) {
  const { projects, loadFault, refresh, actions } = known;
  return (
    <>
      <h2 tabIndex={-1}>{texts.title}</h2>
      <p className="aside">{texts.explanation}</p>
      {loadFault && <FaultNote fault={loadFault} texts={page} onRetry={refresh} />}
      {projects === null && !loadFault && <p className="aside appears-late">{page.loading}</p>}
      {projects?.length === 0 && <p className="projects-none">{texts.none}</p>}
      {projects && projects.length > 0 && (
        <ul className="cards" aria-live="polite">
          {projects.map((project) => (
            <ProjectItem key={project.id} project={project} texts={texts} />
          ))}
        </ul>
      )}
      {projects !== null && <AddProject texts={texts} page={page} onAdd={actions.add} />}
    </>
  );
}
