import { useMemo } from 'react';
import type { Language } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import { shownText } from './shown-text.ts';

/** More than anybody reads on a page; the rest is in the file. */
const LINES_SHOWN = 3_000;
/** A minified file is one line. */
const LETTERS_SHOWN = 1_000;

interface PatchTextProps {
  patch: string;
  language: Language;
  texts: ProjectTexts;
}

/** A patch as git prints it, what it adds and removes in colour. */
export function PatchText({ patch, language, texts }: PatchTextProps) {
  const { lines, more } = useMemo(() => firstLines(patch), [patch]);
  return (
    <>
      <pre className="patch-text" tabIndex={0} role="region" aria-label={texts.changes.patchLabel} dir="ltr">
        {lines.map((line, at) => (
          <span key={at} className={kindOf(line)}>
            {line.slice(0, LETTERS_SHOWN)}
            {line.length > LETTERS_SHOWN && '…'}
            {'\n'}
          </span>
        ))}
      </pre>
      {more && <p className="aside">{texts.changes.partly(LINES_SHOWN.toLocaleString(language))}</p>}
    </>
  );
}

function firstLines(patch: string): { lines: string[]; more: boolean } {
  const lines = shownText(patch)
    .replace(/\n$/, '')
    .split('\n', LINES_SHOWN + 1);
  return { lines: lines.slice(0, LINES_SHOWN), more: lines.length > LINES_SHOWN };
}

function kindOf(line: string): string | undefined {
  if (/^(diff |index |--- |\+\+\+ |new file|deleted file|similarity|rename )/.test(line)) return 'patch-head';
  if (line.startsWith('@@')) return 'patch-place';
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return undefined;
}
