import { findLengths, type Length } from './length-words.ts';
import { blank, blankMatches, findAll, type Found } from './found.ts';
import { DAY_RULES, type DayContext, type Days } from './day-words.ts';
import { findClocks, HALF_OF_DAY, type Clock } from './time-words.ts';

const ALL_DAY = /하루\s?종일|종일|\ball[ -]day\b(?:\s+long)?/giu;
/** Between two times it makes them from and to. */
const FROM_TO = /^\s*(?:부터|에서|~|〜|-|–|—|to|until|till|and)\s*$/iu;

/** Every word for a time in a text, and the text without them. */
export interface When {
  days: Found<Days>[];
  clocks: Found<Clock>[];
  /** The two clocks are from and to. */
  isStretch: boolean;
  lengths: Found<Length>[];
  allDay: boolean;
  rest: string;
}

/** @param text repetitions are blanked already: the Monday of "매주 월요일" is no single day */
export function readWhen(text: string, context: DayContext): When {
  const days = findAll(text, DAY_RULES, context);
  const withoutDays = blank(text, days);
  const clocks = findClocks(withoutDays);
  const withoutClocks = blank(withoutDays, clocks);
  const lengths = findLengths(withoutClocks);
  const withoutLengths = blank(withoutClocks, lengths);
  const [first, second] = clocks;
  const isStretch =
    clocks.length === 2 && first !== undefined && FROM_TO.test(text.slice(first.to, second?.from ?? first.to));
  const allDay = withoutLengths.search(ALL_DAY) >= 0;
  const rest = blankMatches(blankMatches(withoutLengths, ALL_DAY), HALF_OF_DAY);
  return { days, clocks, isStretch, lengths, allDay, rest };
}
