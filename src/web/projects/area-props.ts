import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { Place } from '../place.ts';
import type { KnownProjects } from './use-projects.ts';

/** What every place about projects is drawn from. */
export interface AreaProps {
  known: KnownProjects;
  language: Language;
  texts: ProjectTexts;
  page: PageTexts;
  onGo(place: Place): void;
}
