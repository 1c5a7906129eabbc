import { parseArguments } from '../../../activities/tools/index.ts';
import { isToolName } from '../../../src/domain/tools.ts';
import type { CalendarEvent, CalendarEvents, DateRange } from '../../../src/ports/calendar.ts';
import type { CallOutcome, ModelContext, SettledCall } from '../../../src/ports/model.ts';
import { createOfflinePlanner } from '../../../src/providers/models/offline-planner.ts';

/** A Tuesday morning in Seoul. */
export const ASKED_AT = new Date('2026-11-24T09:00:00+09:00');
export const ACCOUNT = 'minji@example.com';

export interface ChosenCall {
  tool: string;
  arguments: unknown;
}

export const contextOf = (text: string, change: Partial<ModelContext> = {}): ModelContext => ({
  language: /[가-힣]/.test(text) ? 'ko' : 'en',
  text,
  askedAt: ASKED_AT,
  timeZone: 'Asia/Seoul',
  earlier: [],
  turns: [],
  ...change,
});

export const done = (result: unknown): CallOutcome => ({ kind: 'done', result });

/** One more turn in which the call ended so. */
export function after(context: ModelContext, call: ChosenCall, outcome: CallOutcome): ModelContext {
  const settled: SettledCall = { callId: `${context.turns.length + 1}.1`, ...call, outcome };
  return { ...context, turns: [...context.turns, { calls: [settled] }] };
}

/** The calls of the next turn, each fit for its tool; or the answer. */
export async function nextTurn(context: ModelContext): Promise<{ calls: ChosenCall[] } | { answer: string }> {
  const turn = await createOfflinePlanner().think(context, AbortSignal.timeout(5_000));
  if (turn.kind === 'answer') return { answer: turn.text };
  for (const { tool, arguments: raw } of turn.calls) {
    if (!isToolName(tool)) throw new Error(`${tool} is no tool`);
    // What a schema changes or refuses would not be what was planned.
    if (JSON.stringify(parseArguments(tool, raw)) !== JSON.stringify(raw)) throw new Error('changed by its schema');
  }
  return { calls: [...turn.calls] };
}

/** The one call of the next turn. */
export async function nextCall(context: ModelContext): Promise<ChosenCall> {
  const turn = await nextTurn(context);
  if ('answer' in turn) throw new Error(`no call but: ${turn.answer}`);
  const [call] = turn.calls;
  if (call === undefined || turn.calls.length > 1) throw new Error(`${turn.calls.length} calls`);
  return call;
}

export async function nextAnswer(context: ModelContext): Promise<string> {
  const turn = await nextTurn(context);
  if ('calls' in turn) throw new Error(`no answer but: ${JSON.stringify(turn.calls)}`);
  return turn.answer;
}

/** Follows a request to its end, with this calendar behind it: what was called, and what was said. */
export async function follow(first: ModelContext, calendar: readonly CalendarEvent[]) {
  const calls: ChosenCall[] = [];
  let context = first;
  for (;;) {
    const turn = await nextTurn(context);
    if ('answer' in turn) return { calls, answer: turn.answer };
    if (calls.length > 5) throw new Error('it goes in circles');
    for (const call of turn.calls) {
      calls.push(call);
      context = after(context, call, done(resultOf(call, calendar)));
    }
  }
}

function resultOf({ tool, arguments: raw }: ChosenCall, calendar: readonly CalendarEvent[]): unknown {
  if (tool === 'calendar_list_events') return listed(raw as DateRange, calendar);
  const { eventId } = raw as { eventId?: string };
  return { account: ACCOUNT, event: calendar.find(({ id }) => id === eventId) ?? null };
}

export function listed(
  { from, to }: DateRange,
  calendar: readonly CalendarEvent[],
): CalendarEvents & { account: string } {
  const events = calendar.filter(({ start }) => start.slice(0, 10) >= from && start.slice(0, 10) < to);
  return { account: ACCOUNT, timeZone: 'Asia/Seoul', truncated: false, events };
}

/** An event in Seoul; without times it takes the whole day. */
export function eventOf(id: string, title: string, date: string, times?: string, series = false): CalendarEvent {
  const [from, to] = (times ?? '').split('-');
  const nextDay = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const at = (time: string) => `${date}T${time}:00+09:00`;
  return {
    ...{ id, title, location: null, allDay: !from, oneOfSeries: series },
    ...(from && to ? { start: at(from), end: at(to) } : { start: date, end: nextDay }),
  };
}
