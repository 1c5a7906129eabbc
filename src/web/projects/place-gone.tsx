import type { ProjectTexts } from '../../domain/texts/projects.ts';
import { placeAddress } from '../place.ts';

/** The address leads to what is not there, or is not this person's. */
export function PlaceGone({ texts }: { texts: ProjectTexts }) {
  return (
    <>
      <h2 tabIndex={-1}>{texts.gone.message}</h2>
      <p>{texts.gone.hint}</p>
      <a className="button" href={placeAddress({ kind: 'projects' })}>
        {texts.toProjects}
      </a>
    </>
  );
}
