import { localDate } from '../../../domain/dates.ts';
import { changeTexts, type Missing } from '../../../domain/texts/changes.ts';
import type { DateRange } from '../../../ports/calendar.ts';
import type { EarlierTurn, ModelContext, ModelTurn } from '../../../ports/model.ts';
import { readCommand, type Command } from './commands.ts';
import { unquote } from './quotes.ts';
import { readRunWords } from './run-words.ts';
import { findClocks } from './time-words.ts';

type Plan = (context: ModelContext) => ModelTurn;
type Order = Extract<Command, { kind: 'order' }>;

/** Older questions are not answered any more. */
const MAX_TURNS = 10;
/** An answer to a question is short; what is longer is a request of its own. */
const MAX_ANSWER = 80;

/** Words that ask, thank, greet or call it off: they answer nothing. */
const NO_ANSWER = [
  /[?？]\s*$|보여|알려|뭐|무슨|어때|\b(?:show|list|what|which|when|do i|am i|tell me)\b/iu,
  /^(?:안녕|고마|고맙|감사|미안|죄송|네|넵|응|ㅇㅇ|그래|좋아|아니|아냐|됐|괜찮|그만|나중에)/u,
  /^(?:hi|hello|hey|thanks?|thank you|sorry|yes|yeah|ok|okay|sure|no|nope|never\s?mind|forget it|stop|cancel|later)\b/iu,
];

const KO_COURTESY = /(?:으로|로|에)?\s?(?:해\s?(?:줘요?|주세요)|할게요?|하자|부탁(?:해요?|드려요))[\s.!~]*$/u;
/** "3시요", "내일이에요": behind a time or a day it is politeness, elsewhere it may be a name. */
const KO_POLITE = /(?<=[시분반일레늘])(?:이?요|이?에요|예요|입니다)[\s.!~]*$/u;
const EN_LEAD = /^(?:it['’]?s|make it|let['’]?s (?:say|do)|say|how about|maybe|please)\s+/iu;
const END = /(?:[\s,.!?~]|\b(?:please|pls|thanks|thank you)\b)+$/iu;
const KOREAN = /[가-힣]/u;

/**
 * The words of a request, put together with those that it answers: an order that we had to ask back about, and the
 * answer. What we asked is not stored; planning the earlier words again tells, because it depends on nothing else.
 * Questions of another day have lapsed: their "tomorrow" was another one.
 */
export function withPendingOrder(context: ModelContext, plan: Plan): ModelContext {
  const alone = (text: string, askedAt: Date): ModelContext => ({ ...context, text, askedAt, earlier: [], turns: [] });
  const dayOf = (askedAt: Date) => localDate(askedAt, context.timeZone);
  const today = context.earlier.filter(({ askedAt }) => dayOf(askedAt) === dayOf(context.askedAt)).slice(-MAX_TURNS);

  let pending: string | null = null;
  for (const turn of today) {
    const words: string = joined(pending, turn.text, turn.askedAt) ?? turn.text;
    pending = asksBack(words, turn) ? words : null;
  }
  const whole = joined(pending, context.text, context.askedAt);
  return whole === null ? context : { ...context, text: whole };

  /** True when the answer of this turn was our question about its order. */
  function asksBack(words: string, { answer, askedAt }: EarlierTurn): boolean {
    if (orderIn(words) === null) return false;
    const planned = plan(alone(words, askedAt));
    if (planned.kind === 'answer') return planned.text === answer;
    // It looked at the day, and more than one event fitted.
    const range = planned.calls[0]?.arguments as DateRange;
    const isLook = planned.calls[0]?.tool === 'calendar_list_events';
    return isLook && answer.startsWith(changeTexts[context.language].whichEvent(range, []));
  }

  /** The order with the answer in it; null when these words do not bring it on. */
  function joined(order: string | null, text: string, askedAt: Date): string | null {
    const verb = order === null ? null : orderIn(order)?.verb;
    if (order === null || verb === undefined || !mayAnswer(text)) return null;
    const before = plan(alone(order, askedAt));
    const open = before.kind === 'answer' ? missingIn(before.text, context) : null;
    let better: string | null = null;
    for (const words of waysToJoin(order, text, verb === 'create')) {
      if (orderIn(words)?.verb !== verb) continue;
      const planned = plan(alone(words, askedAt));
      if (planned.kind === 'calls') {
        // Where the day was known already, only a time tells its events apart.
        if (before.kind === 'answer' || findClocks(text).length > 0) return words;
      } else if (better === null && open !== null) {
        const still = missingIn(planned.text, context);
        if (still !== null && still.length < open.length) better = words;
      }
    }
    return better;
  }
}

function orderIn(words: string): Order | null {
  const command = readCommand(unquote(words).text);
  return command?.kind === 'order' ? command : null;
}

function mayAnswer(text: string): boolean {
  const words = text.trim();
  if (words.length === 0 || words.length > MAX_ANSWER || NO_ANSWER.some((no) => no.test(words))) return false;
  return readCommand(unquote(words).text) === null && readRunWords(words) === null;
}

/** Where an answer can stand in its order, the likeliest first. */
function waysToJoin(order: string, text: string, creates: boolean): string[] {
  const words = order.replace(END, '');
  if (!KOREAN.test(words)) {
    const answer = text.trim().replace(END, '').replace(EN_LEAD, '');
    return [`${words} ${answer}`, `${words} at ${answer}`, `${words} to ${answer}`];
  }
  const answer = text.trim().replace(END, '').replace(KO_COURTESY, '').replace(KO_POLITE, '');
  const parts = words.split(' ');
  const inside = parts.map((_, at) => [...parts.slice(0, at), answer, ...parts.slice(at)].join(' '));
  // What is added is said first; what is changed stands right before what it becomes.
  return creates ? inside : inside.reverse();
}

const KINDS: readonly Missing[] = ['title', 'day', 'time'];
const SETS: readonly Missing[][] = Array.from({ length: 7 }, (_, bits) =>
  KINDS.filter((_kind, at) => ((bits + 1) >> at) & 1),
);

/** What this text of ours asks for; null when it is another text. */
function missingIn(text: string, { language }: ModelContext): Missing[] | null {
  return SETS.find((what) => changeTexts[language].missing(what) === text) ?? null;
}
