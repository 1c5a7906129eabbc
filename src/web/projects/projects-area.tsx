import { useEffect, useRef } from 'react';
import { type Language, pageTexts } from '../../domain/texts/page.ts';
import { projectTexts } from '../../domain/texts/projects.ts';
import { placeAddress, type Place } from '../place.ts';
import { useKeptFocus } from '../use-kept-focus.ts';
import type { AreaProps } from './area-props.ts';
import { ProjectList } from './project-list.tsx';
import { ProjectPage } from './project-page.tsx';
import { RunPage } from './run-page.tsx';
import type { KnownProjects } from './use-projects.ts';

interface ProjectsAreaProps {
  place: Place;
  projects: KnownProjects;
  language: Language;
  onGo(place: Place): void;
}

/** The side of the page that is about projects: their list, one of them, or one of its runs. */
export function ProjectsArea({ place, projects, language, onGo }: ProjectsAreaProps) {
  const main = useRef<HTMLElement>(null);
  const { refresh, gap } = projects;
  useEffect(() => void refresh(), [refresh, gap]);
  useKeptFocus(main, 'section');

  // Each place begins at its top, and whoever listens to the page hears where they are.
  const address = placeAddress(place);
  useEffect(() => {
    if (!main.current) return;
    main.current.scrollTop = 0;
    main.current.querySelector('h2')?.focus({ preventScroll: true });
  }, [address]);

  const common = { known: projects, language, texts: projectTexts(language), page: pageTexts(language), onGo };
  return (
    <main className="projects" ref={main} tabIndex={-1}>
      <div className="column" key={address}>
        <Shown place={place} {...common} />
      </div>
    </main>
  );
}

function Shown({ place, ...common }: AreaProps & { place: Place }) {
  switch (place.kind) {
    case 'conversation':
    case 'projects':
      return <ProjectList {...common} />;
    case 'project':
      return <ProjectPage id={place.id} {...common} />;
    case 'run':
      return <RunPage id={place.id} {...common} />;
  }
}
