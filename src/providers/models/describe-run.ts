import { codeBlock } from '../../domain/discord/escape.ts';
import { runCapText } from '../../domain/texts/run-cap.ts';
import { runAnswerTexts, runEndingText } from '../../domain/texts/run-answers.ts';
import type { RunEnding, RunFailure } from '../../domain/runs.ts';
import type { Language } from '../../domain/words.ts';
import type { ModelContext, SettledCall } from '../../ports/model.ts';

const MAX_COMMAND = 200;

/** What the tool takes and gives, as far as an answer tells it. */
interface RunArguments {
  project: string;
  command: string;
}
interface RunResult {
  project: string;
  ending: RunEnding;
  exitCode: number | null;
  signal: string | null;
  failure: RunFailure | null;
  seconds: number | null;
  tail: string;
  cut: boolean;
}
interface Refusal {
  projects?: string[];
  which?: 'atOnce' | 'daily' | 'minutes';
  cap?: number;
}

export function isRun({ tool }: SettledCall): boolean {
  return tool === 'run_in_project';
}

/** How a run ended, with the end of what it said; or why there was none, and what to do next. */
export function describeRun({ language }: ModelContext, { arguments: asked, outcome }: SettledCall): string {
  const texts = runAnswerTexts[language];
  const { project, command } = asked as RunArguments;
  switch (outcome.kind) {
    case 'closed':
      return texts.closed(outcome.reason);
    case 'failed':
      return refusalWords(project, outcome.code, outcome.details ?? {}, language);
    case 'done': {
      const result = outcome.result as RunResult;
      const { seconds, tail, cut } = result;
      const took = seconds === null ? '' : ` ${texts.took(seconds)}`;
      const said = tail === '' ? texts.nothingSaid : codeBlock(tail);
      return [
        texts.heading(result.project, inline(command)),
        `${runEndingText(result, language)}${took}`,
        ...(seconds === null ? [] : ['', ...(cut ? [texts.cut] : []), said]),
        ...(seconds === null ? [] : ['', texts.more]),
      ].join('\n');
    }
  }
}

function refusalWords(name: string, code: string, { projects = [], which, cap }: Refusal, language: Language): string {
  const texts = runAnswerTexts[language];
  switch (code) {
    case 'unknownProject':
      return projects.length === 0 ? texts.noProjects : texts.unknownProject(name, projects);
    case 'runCapReached': {
      if (which === undefined || cap === undefined) return texts.failed;
      const { message, hint } = runCapText({ which, cap }, language);
      return `${message} ${hint}`;
    }
    case 'runsNotServed':
      return texts.notServed;
    case 'uncertain':
      return texts.uncertain;
    default:
      return texts.failed;
  }
}

/** One line, marked as what was typed where its own marks allow it. */
function inline(command: string): string {
  const line = command.replaceAll(/\s+/g, ' ');
  const short = line.length > MAX_COMMAND ? `${line.slice(0, MAX_COMMAND).toWellFormed()}...` : line;
  return short.includes('`') ? short : `\`${short}\``;
}
