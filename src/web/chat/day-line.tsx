import type { Language, PageTexts } from '../../domain/texts/page.ts';
import { dayWords } from '../time-words.ts';

export function DayLine({ time, language, texts }: { time: Date; language: Language; texts: PageTexts }) {
  return (
    <p className="day-line">
      <time dateTime={time.toISOString().slice(0, 10)}>{dayWords(time, new Date(), language, texts.chat)}</time>
    </p>
  );
}
