import { addDays, localDate, mondayOf, type LocalDate } from '../../domain/dates.ts';
import { answerTexts } from '../../domain/texts/answers.ts';
import type { Model, ModelContext } from '../../ports/model.ts';
import { describeEvents } from './describe-events.ts';

interface Range {
  from: LocalDate;
  to: LocalDate;
}

/** Words that name a time, in the order in which their ranges are told. Longer words of one range come first. */
const TIMES: readonly { words: RegExp; range: (today: LocalDate) => Range }[] = [
  { words: /오늘|\btoday\b|\btonight\b/i, range: (today) => days(today, 1) },
  { words: /내일|\btomorrow\b/i, range: (today) => days(addDays(today, 1), 1) },
  { words: /이번\s*주|금주|\bthis week\b/i, range: (today) => days(mondayOf(today), 7) },
  { words: /다음\s*주|차주|\bnext week\b/i, range: (today) => days(addDays(mondayOf(today), 7), 7) },
];

/** Words that ask for events. Without one of them a time alone ("today was long") is chat. */
const EVENTS =
  /일정|스케줄|캘린더|약속|회의|뭐\s*(있|해|하)|calendar|schedule|agenda|events?\b|meetings?\b|appointments?\b|what(['’]?s| is) (on|happening)|planned/i;

/** A rule-based stand-in for a model, used while none is configured. It says so wherever it cannot help. */
export function createOfflinePlanner(): Model {
  return {
    async think(context) {
      const [turn] = context.turns;
      if (turn !== undefined) return { kind: 'answer', text: describeEvents(context, turn.calls) };
      const ranges = askedRanges(context);
      if (ranges.length === 0) return { kind: 'answer', text: answerTexts[context.language].help };
      return { kind: 'calls', calls: ranges.map((range) => ({ tool: 'calendar_list_events', arguments: range })) };
    },
  };
}

/** The dates that were meant when the words were written, however long the answer waits. */
function askedRanges({ text, askedAt, timeZone }: ModelContext): Range[] {
  if (!EVENTS.test(text)) return [];
  const today = localDate(askedAt, timeZone);
  const named = TIMES.filter(({ words }) => words.test(text)).map(({ range }) => range(today));
  return named.length > 0 ? named : [days(today, 1)];
}

function days(from: LocalDate, count: number): Range {
  return { from, to: addDays(from, count) };
}
