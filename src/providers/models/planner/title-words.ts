import { GAP } from './found.ts';
import { quotationsIn, type Unquoted } from './quotes.ts';

const MAX_TITLE = 300;

/** Particles and prepositions of words that were understood already: they go with them. */
const GLUE: readonly [RegExp, string][] = [
  [/\uE000+['’]s\b/gu, GAP],
  [/\uE000+(?:\s?(?:에는|에서|에|부터|까지|동안|간|짜리|쯤|경|정도|엔|으로|로|의|은|는|,))+(?=\s|\uE000|$)/gu, GAP],
  [
    /(?:\b(?:at|on|from|for|until|till|to|by|this|the|in|of|starting|beginning|around|and|between|through)\s*)+(?=\uE000)/giu,
    '',
  ],
  [/\uE000+(?:\s*(?:-|–|—|~|,|to|until|till|and|through)\s*(?=\uE000|$))+/giu, GAP],
  [/\b(?:to|on|in|into|from)\s+(?:my|the|our)\s+(?:google\s+)?calendar\b/giu, GAP],
  [/(?:^|(?<=[\s\uE000]))(?:제|내)?\s?(?:구글\s?)?(?:캘린더|달력|일정표?)에(?:다가?|서)?(?=\s|\uE000|$)/gu, GAP],
  [/[\uE000\s]+/gu, ' '],
];

const KO_TRIM: readonly RegExp[] = [
  /^(?:그|저|제|내|새|새로운)\s/u,
  /\s(?:좀|하나|한 ?번)$/u,
  /(?<=[가-힣])(?:이)?(?:라는|라고)(?:\s?(?:일정|이벤트|약속|제목))?(?:[을를])?$/u,
  /\s(?:일정|이벤트)$/u,
];
const EN_TRIM: readonly RegExp[] = [
  /^(?:me\s+)?(?:an?|the|my|our|new|another)\s+/iu,
  /^(?:event|meeting|appointment|entry)\s+(?:called|titled|named)\s+/iu,
  /^(?:event|entry)[:\s]\s*(?=\S)/iu,
  /^(?:called|titled|named)\s+/iu,
  /\s+(?:at|on|from|for|to|in|by|please|event)$/iu,
];
/** Words for any event: no title. */
const ANY_EVENT = /^(?:일정|이벤트|스케줄|뭐|것|거|something|anything|event|entry|it|that|this)s?$/iu;

/** What is left of the words when times and verbs are taken out: the title; null when nothing is left, or too much. */
export function readTitle(text: string, { restore }: Unquoted): string | null {
  const quotations = quotationsIn(text);
  if (quotations.length > 1) return null;
  const [quotation] = quotations;
  const title = quotation === undefined ? tidy(text) : restore(quotation).trim();
  return title === '' || title.length > MAX_TITLE || ANY_EVENT.test(title) ? null : title;
}

function tidy(text: string): string {
  let title = GLUE.reduce((rest, [words, instead]) => rest.replace(words, instead), text);
  for (let before = ''; before !== title;) {
    before = title;
    title = withoutObjectParticle(title.replace(/^[\s,.:;!?~-]+|[\s,.:;!?~-]+$/gu, ''));
    title = [...KO_TRIM, ...EN_TRIM].reduce((rest, words) => rest.replace(words, ''), title);
  }
  return title;
}

/** 을 after a consonant and 를 after a vowel is a particle; the 을 of 마을 is not. */
function withoutObjectParticle(title: string): string {
  const match = /([가-힣])([을를])$/u.exec(title);
  if (match === null) return title;
  const endsInConsonant = ((match[1]?.charCodeAt(0) ?? 0) - 0xac00) % 28 > 0;
  return endsInConsonant === (match[2] === '을') ? title.slice(0, -1) : title;
}
