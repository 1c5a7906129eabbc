import type { Language, PageTexts } from '../../domain/texts/page.ts';
import { dayWords } from '../time-words.ts';

export function DayLine({ time, language, texts }: { time: Date; language: Language; texts: PageTexts }) {
  // Swedish dates are ISO 8601, here of the browser's own day.
  const date = time.toLocaleDateString('sv');
  return (
    <p className="day-line">
      <time dateTime={date}>{dayWords(time, new Date(), language, texts.chat)}</time>
    </p>
  );
}
