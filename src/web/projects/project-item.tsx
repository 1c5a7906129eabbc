import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { ProjectAnswer } from '../../http/contract.ts';
import { placeAddress } from '../place.ts';
import { ImportState } from './import-state.tsx';

export function ProjectItem({ project, texts }: { project: ProjectAnswer; texts: ProjectTexts }) {
  return (
    <li className="card">
      <a className="card-link" href={placeAddress({ kind: 'project', id: project.id })} dir="auto">
        {project.name}
      </a>
      <p className="aside" dir="ltr">
        {project.cloneUrl}
      </p>
      <ImportState project={project} texts={texts} />
    </li>
  );
}
