import { findAll, type Found, type Rule } from './found.ts';

export interface Length {
  minutes: number;
  /** "30분 뒤", "30 minutes later": not how long, but how far away. */
  away: 'later' | 'earlier' | null;
}

const KO_COUNTS: Record<string, number> = { 한: 1, 두: 2, 세: 3, 네: 4 };
const EN_COUNTS: Record<string, number> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4 };
const KO_AWAY = String.raw`(?:\s?(?:(?<later>뒤|후)|(?<earlier>앞|전))(?:에|으로|로)?|\s?(?:동안|간|짜리|정도))?`;
const EN_AWAY = String.raw`(?:\s+(?:(?<later>later|from now|back)|(?<earlier>earlier|ago))\b)?`;
const FOR = String.raw`(?:\b(?:for|by)\s+|(?<from>\bin\s+))?`;

const words = (source: string) => new RegExp(source, 'giu');
const away = ({ later, earlier, from }: Record<string, string | undefined>): Length['away'] =>
  (later ?? from) ? 'later' : earlier ? 'earlier' : null;

const RULES: readonly Rule<Length>[] = [
  {
    words: words(
      String.raw`(?<hours>\d{1,2}(?:\.\d)?|(?<![가-힣])[한두세네])\s?시간(?:\s?(?<minutes>\d{1,2})\s?분|\s?(?<half>반))?${KO_AWAY}`,
    ),
    means: (groups) => ({
      minutes: inMinutes(KO_COUNTS[groups['hours'] ?? ''] ?? Number(groups['hours']), groups),
      away: away(groups),
    }),
  },
  {
    words: words(String.raw`(?<minutes>\d{1,3})\s?분${KO_AWAY}`),
    means: (groups) => ({ minutes: Number(groups['minutes']), away: away(groups) }),
  },
  {
    words: words(String.raw`${FOR}\bhalf[ -]an?[ -]hour\b${EN_AWAY}|${FOR.replace('from', 'from2')}\bhalf[ -]hour\b`),
    means: (groups) => ({ minutes: 30, away: away({ ...groups, from: groups['from'] ?? groups['from2'] }) }),
  },
  {
    words: words(
      String.raw`${FOR}\b(?<hours>an?|one|two|three|four|\d{1,2}(?:\.\d)?)[ -]?(?:hours?|hrs?|h)\b(?:\s+(?:and\s+)?(?:(?<half>a half)|(?<minutes>\d{1,2})[ -]?min(?:ute)?s?)\b)?${EN_AWAY}`,
    ),
    means: (groups) => {
      const said = (groups['hours'] ?? '').toLowerCase();
      return { minutes: inMinutes(EN_COUNTS[said] ?? Number(said), groups), away: away(groups) };
    },
  },
  {
    words: words(String.raw`${FOR}\b(?<minutes>\d{1,3})[ -]?min(?:ute)?s?\b${EN_AWAY}`),
    means: (groups) => ({ minutes: Number(groups['minutes']), away: away(groups) }),
  },
];

/** How long something takes, or how far it is moved. Times of day must be blanked before: "3시 30분" is no length. */
export function findLengths(text: string): Found<Length>[] {
  return findAll(text, RULES, undefined);
}

function inMinutes(hours: number, { half, minutes }: Record<string, string | undefined>): number {
  return Math.round(hours * 60) + (half ? 30 : Number(minutes ?? 0));
}
