import type { Language } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunDiffAnswer } from '../../http/contract.ts';
import { shownText } from './shown-text.ts';

interface ChangedFileProps {
  file: RunDiffAnswer['files'][number];
  language: Language;
  texts: ProjectTexts;
}

/** Signs for the eye, words for the ear. */
export function ChangedFile({ file, language, texts }: ChangedFileProps) {
  const { changes } = texts;
  const count = (lines: number) => lines.toLocaleString(language);
  return (
    <li>
      <span className="mono" dir="ltr">
        {shownText(file.path)}
      </span>
      {file.binary ? (
        <span className="aside">{changes.binary}</span>
      ) : (
        <span className="line-counts">
          <span className="added" aria-hidden="true">
            +{count(file.added)}
          </span>
          <span className="removed" aria-hidden="true">
            −{count(file.removed)}
          </span>
          <span className="unseen">
            {changes.added(file.added)}, {changes.removed(file.removed)}
          </span>
        </span>
      )}
    </li>
  );
}
