import { answerTexts } from '../../domain/texts/answers.ts';
import { changeTexts } from '../../domain/texts/changes.ts';
import type { CalendarEvents } from '../../ports/calendar.ts';
import type { Model, ModelContext, ModelTurn } from '../../ports/model.ts';
import { describeChange, isChange } from './describe-change.ts';
import { describeEvents } from './describe-events.ts';
import { describeRun, isRun } from './describe-run.ts';
import { readCommand } from './planner/commands.ts';
import { withPendingOrder } from './planner/pending-question.ts';
import { planChange } from './planner/plan-change.ts';
import { planCreate } from './planner/plan-create.ts';
import { askedRanges } from './planner/plan-read.ts';
import { unquote } from './planner/quotes.ts';
import { readRunWords, type RunWords } from './planner/run-words.ts';

/**
 * A rule-based stand-in for a model, used while none is configured. It says so wherever it cannot help, and changes
 * nothing while anything about the change is unsure.
 */
export function createOfflinePlanner(): Model {
  return { think: (context) => Promise.resolve(planTurn(context)) };
}

/** The same words are read again in every turn: what they mean depends only on when, where and after what they were written. */
function planTurn(asked: ModelContext): ModelTurn {
  const toRun = readRunWords(asked.text);
  if (toRun !== null) return planRun(toRun, asked);
  const context = withPendingOrder(asked, planTurn);
  const texts = changeTexts[context.language];
  const last = context.turns.at(-1);
  if (last?.calls.some(isChange)) return answer(last.calls.map((call) => describeChange(context, call)).join('\n\n'));

  const unquoted = unquote(context.text);
  const command = readCommand(unquoted.text);
  if (command?.kind === 'refusal') return answer(texts[command.why]);
  if (command === null) return planReading(context);
  if (command.verb === 'create') return planCreate(command.rest, unquoted, context);
  if (last === undefined) return planChange(command, unquoted, context, null);
  const [call] = last.calls;
  if (call?.outcome.kind !== 'done') return answer(`${describeEvents(context, last.calls)}\n\n${texts.nothingChanged}`);
  return planChange(command, unquoted, context, call.outcome.result as CalendarEvents);
}

/** The tool knows the person's projects, and says so when there is none of that name. */
function planRun(asked: RunWords, context: ModelContext): ModelTurn {
  const calls = context.turns.at(-1)?.calls.filter(isRun) ?? [];
  if (calls.length > 0) return answer(calls.map((call) => describeRun(context, call)).join('\n\n'));
  return { kind: 'calls', calls: [{ tool: 'run_in_project', arguments: asked }] };
}

function planReading(context: ModelContext): ModelTurn {
  const [turn] = context.turns;
  if (turn !== undefined) return answer(describeEvents(context, turn.calls));
  const ranges = askedRanges(context);
  if (ranges.length === 0) return answer(answerTexts[context.language].help);
  return { kind: 'calls', calls: ranges.map((range) => ({ tool: 'calendar_list_events', arguments: range })) };
}

function answer(text: string): ModelTurn {
  return { kind: 'answer', text };
}
