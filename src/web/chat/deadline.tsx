import type { Language, PageTexts } from '../../domain/texts/page.ts';
import { momentWords, timeLeftWords } from '../time-words.ts';
import { useNow } from '../use-now.ts';

/** Until when a request waits: how long that is from now, and the moment itself. */
export function Deadline({ deadline, language, texts }: { deadline: string; language: Language; texts: PageTexts }) {
  const now = useNow(30_000);
  const moment = momentWords(new Date(deadline), language);
  const left = timeLeftWords(Date.parse(deadline) - now, language);
  return (
    // A clock that ticks is not news: it must not be read aloud every minute.
    <p className="deadline" aria-live="off">
      <time dateTime={deadline}>{left ? texts.wait.until(left, moment) : texts.wait.endsSoon(moment)}</time>
    </p>
  );
}
