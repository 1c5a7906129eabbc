import type { Language } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunAnswer } from '../../http/contract.ts';
import { momentWords, THEN } from '../time-words.ts';
import { useLongerThan } from '../use-longer-than.ts';
import { useNow } from '../use-now.ts';
import { durationWords, runWords } from './run-words.ts';

/** After this, waiting for a place is worth an explanation. */
const LONG_QUEUED_MS = 15_000;

interface RunStateProps {
  run: RunAnswer;
  language: Language;
  texts: ProjectTexts;
}

/** How a run is going, or how it ended; since when, and how long it took. */
export function RunState({ run, language, texts }: RunStateProps) {
  const waitsLong = useLongerThan(LONG_QUEUED_MS, run.status);
  return (
    <div className="run-state" data-status={run.status}>
      <p role="status">
        <strong className="run-status" data-status={run.status}>
          {texts.status[run.status]}
        </strong>
        <span>{runWords(run, texts, waitsLong)}</span>
      </p>
      <p className="aside">
        <time dateTime={run.startedAt ?? run.createdAt}>{beganWords(run, language, texts)}</time>
        {run.startedAt !== null && (
          <>
            {THEN}
            {run.endedAt === null ? (
              <Elapsed since={run.startedAt} language={language} />
            ) : (
              texts.run.took(durationWords(Date.parse(run.endedAt) - Date.parse(run.startedAt), language))
            )}
          </>
        )}
      </p>
    </div>
  );
}

/** Not announced: it changes every second. */
function Elapsed({ since, language }: { since: string; language: Language }) {
  const now = useNow(1_000);
  return <span aria-live="off">{durationWords(now - Date.parse(since), language)}</span>;
}

function beganWords({ startedAt, createdAt }: RunAnswer, language: Language, texts: ProjectTexts): string {
  if (startedAt !== null) return texts.run.started(momentWords(new Date(startedAt), language));
  return texts.run.asked(momentWords(new Date(createdAt), language));
}
