import { blankMatches } from './found.ts';

export type Verb = 'create' | 'delete' | 'move' | 'rename';

export type Command =
  /** An order, with its verb taken out of the text. `nudge`: the verb itself says later or earlier. */
  | { kind: 'order'; verb: Verb; rest: string; nudge: 'later' | 'earlier' | null }
  /** "Don't", "if it rains", several orders at once: nothing is done. */
  | { kind: 'refusal'; why: 'negated' | 'conditional' | 'several' | 'tooLong' };

/** Longer words are a story, not an order, and patterns would take their time over them. */
const MAX_LENGTH = 500;

const NEGATIONS = [
  /지\s?(?:는\s?)?(?:마(?![가-힣]*감)|말)|지\s?않|말고|말아|필요\s?없|하면\s?안|(?:^|\s)안\s?(?:해|돼|되|할|하|지[우워]|옮|잡|만들|넣|바꾸|바꿔)/u,
  /(?:삭제|취소|추가|등록|변경|수정|생성|예약)(?:는|은)?\s?(?:안|못|금지)/u,
  /\b(?:don['’]?t|do not|doesn['’]?t|never|won['’]?t|shouldn['’]?t|should not|mustn['’]?t|must not|no need)\b/iu,
  /\bnot\s+(?:to\s+)?(?:add|create|schedule|delete|remove|cancel|move|rename|change)\b|\bwithout\s+\w+ing\b/iu,
];
const CONDITIONS = /(?:오|하|되|가|없으|있으|않으|좋으|나|그러|괜찮으|맞으)면(?=\s)|\b(?:if|unless|in case)\b/iu;

/** Any word of ours that changes something, wherever it stands. */
const MENTIONS_CHANGE =
  /추가|등록|생성|삭제|취소|제거|변경|수정|지[우워]|없애|옮[기겨]|미[루뤄]|바[꾸꿔]|잡[지아]|만들|넣[지어]|\b(?:add|create|schedule|book|delete|remove|cancel|erase|move|rename|reschedule|postpone|change|update)\b/iu;

const SEVERAL = [
  /(?:추가|등록|생성|삭제|취소|변경|수정|예약)\s?(?:하고|해\s?주고|한\s?(?:다음|뒤|후)|해\s?(?:줘|주세요))/u,
  /(?:지우|옮기|바꾸|잡|만들|넣|미루)고\s|(?:지워|옮겨|바꿔|잡아|만들어|넣어|미뤄)\s?(?:주고|줘|주세요)/u,
  /(?:\band|\bthen|\balso|[,.;!?])\s+(?:(?:and|then|also|please)\s+)*(?:add|create|schedule|delete|remove|cancel|move|reschedule|rename|postpone)\b/iu,
];

const KO_PLEASE = String.raw`(?:줘|줘요|주세요|주십시오|주라|주렴|줄래|줄래요|주실래요|주시겠어요|줄\s?수\s?있(?:어|어요|니|나요|을까|을까요)|주면\s?(?:돼|좋겠어|좋겠어요|고맙겠어))`;
/** After a noun such as 추가. */
const KO_DO = String.raw`(?:\s?좀)?(?:\s?해\s?(?<please>${KO_PLEASE})|\s?부탁(?:해|해요|드려요|드립니다|드릴게요|합니다)?|\s?바람|\s?바랍니다|\s?하자|\s?하고\s?싶어요?|\s?해\s?(?:놔|둬)(?:\s?줘)?|\s?해라|\s?해)?`;
/** After a verb such as 지워. */
const KO_GO = String.raw`(?:\s?(?<please>${KO_PLEASE})|\s?(?:놔|둬)(?:\s?줘)?|라|요)?`;
const END = String.raw`(?<end>[\s.!~?…]*)$`;

const ko = (nouns: string, stems: string) => [
  new RegExp(`(?:${nouns})${KO_DO}${END}`, 'u'),
  new RegExp(`(?<![가-힣])(?:${stems})${KO_GO}${END}`, 'u'),
];

const KOREAN: readonly [Verb, readonly RegExp[]][] = [
  ['create', ko('추가|등록|생성|입력', '잡아|잡자|만들어|넣어|적어|올려')],
  ['delete', ko('삭제|취소|제거', '지워|없애|빼')],
  ['move', ko('변경|수정|이동|연기', '옮겨|미뤄|늦춰|당겨|앞당겨|바꿔|고쳐')],
];
/** "예약해줘" is an order; "치과 예약" alone is a title. */
const KO_BOOK = new RegExp(
  `(?<=예약)\\s?(?:좀\\s?)?(?:해\\s?${KO_PLEASE}|부탁(?:해|해요|드려요|드립니다)?)[\\s.!~?…]*$`,
  'u',
);
const KO_PREFIX = /^(?:일정\s?)?(?<noun>추가|등록|삭제|취소)\s?[:：]\s?/u;

const EN_POLITE = String.raw`^(?:(?:hi|hey|hello|ok|okay|so|now|panager)[,!\s]+)*(?:(?:please|pls|kindly)\s+|(?:can|could|would|will)\s+you\s+|i\s*(?:['’]d|\s+would)\s+like\s+(?:you\s+)?to\s+|i\s+(?:want|need)\s+(?:you\s+)?to\s+|let['’]?s\s+)*`;
const A = String.raw`(?=\s+(?:an?|the|my|our|new)\b)`;
const ENGLISH: readonly [Verb, string][] = [
  [
    'create',
    `add|create|schedule|set\\s+up|arrange|(?:book|make|plan|set)${A}|put(?=\\s.*\\bcalendar\\b)|new\\s+event:?`,
  ],
  ['delete', 'delete|remove|cancel|erase|get\\s+rid\\s+of'],
  ['rename', 'rename|retitle'],
  ['move', 'move|reschedule|shift|push\\s+back|push|postpone|delay|bring\\s+forward|change|update(?!\\s+me\\b)'],
];

/** Behind an order, with the punctuation. The question mark of Korean words is kept: there it tells orders from questions. */
const COURTESY =
  /[\s,.!~]+(?:고마워요?|감사합니다|감사해요?|thanks|thank you|please|pls)[\s.!?~]*$|(?<![가-힣]\s*)[\s.!?~]+$/iu;

/** "Schedule for this week?" asks. */
const ASKS =
  /^schedule\s*(?:(?:for|on|of)\s+)?(?:today|tomorrow|tonight|(?:(?:this|next)\s+)?(?:week|month|weekend|\w+day))?[\s?.!]*$/iu;

/** What the words order, if they order a change of the calendar. */
export function readCommand(words: string): Command | null {
  if (words.length > MAX_LENGTH) return MENTIONS_CHANGE.test(words) ? { kind: 'refusal', why: 'tooLong' } : null;
  const text = words.replace(COURTESY, '');
  if (ASKS.test(text)) return null;
  const order = readKorean(text) ?? readEnglish(text);
  if (order === null && !MENTIONS_CHANGE.test(text)) return null;
  if (NEGATIONS.some((negation) => negation.test(text))) return { kind: 'refusal', why: 'negated' };
  if (order === null) return null;
  if (CONDITIONS.test(text)) return { kind: 'refusal', why: 'conditional' };
  if (SEVERAL.some((several) => several.test(order.rest))) return { kind: 'refusal', why: 'several' };
  return order;
}

type Order = Extract<Command, { kind: 'order' }>;

function readKorean(text: string): Order | null {
  const prefix = KO_PREFIX.exec(text);
  if (prefix) {
    const verb = /추가|등록/.test(prefix.groups?.['noun'] ?? '') ? 'create' : 'delete';
    return { kind: 'order', verb, rest: text.slice(prefix[0].length), nudge: null };
  }
  if (KO_BOOK.test(text)) return { kind: 'order', verb: 'create', rest: blankMatches(text, KO_BOOK), nudge: null };
  for (const [verb, patterns] of KOREAN) {
    for (const pattern of patterns) {
      const match = pattern.exec(text);
      if (match === null) continue;
      // "삭제해?" asks; "삭제해 줄래?" orders.
      if (match.groups?.['end']?.includes('?') && match.groups['please'] === undefined) return null;
      const rest = blankMatches(text, pattern);
      return { kind: 'order', verb, rest, nudge: nudgeIn(match[0]) };
    }
  }
  return null;
}

function readEnglish(text: string): Order | null {
  for (const [verb, verbs] of ENGLISH) {
    const pattern = new RegExp(`${EN_POLITE}(?:${verbs})(?![\\w'’-])`, 'iu');
    const match = pattern.exec(text);
    if (match === null) continue;
    return { kind: 'order', verb, rest: blankMatches(text, pattern), nudge: nudgeIn(match[0]) };
  }
  return null;
}

function nudgeIn(verb: string): Order['nudge'] {
  if (/미뤄|늦춰|연기|push|postpone|delay/i.test(verb)) return 'later';
  return /당겨|forward/i.test(verb) ? 'earlier' : null;
}
