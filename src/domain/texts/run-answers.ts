import type { RunEnding, RunFailure } from '../runs.ts';
import type { ClosedReason, Language } from '../words.ts';
import { projectTexts } from './projects.ts';

/** What an answer says about something that was run in a project, or was not. */
export interface RunAnswerTexts {
  heading(project: string, command: string): string;
  took(seconds: number): string;
  nothingSaid: string;
  cut: string;
  more: string;

  noProjects: string;
  unknownProject(name: string, names: readonly string[]): string;
  notServed: string;
  closed(reason: ClosedReason): string;
  /** Nobody can know how far it came. */
  uncertain: string;
  failed: string;
}

const ko: RunAnswerTexts = {
  heading: (project, command) => `“${project}” 프로젝트에서 실행: ${command}`,
  took: (seconds) =>
    seconds < 60 ? `${seconds}초 걸렸습니다.` : `${Math.floor(seconds / 60)}분 ${seconds % 60}초 걸렸습니다.`,
  nothingSaid: '출력은 없었습니다.',
  cut: '출력의 마지막 부분입니다.',
  more: '전체 기록과 바뀐 파일은 웹 페이지의 프로젝트에서 볼 수 있습니다.',
  noProjects:
    '아직 프로젝트가 없어 아무것도 실행하지 않았습니다. 웹 페이지의 프로젝트에서 저장소를 추가하고 다시 말씀해 주세요.',
  unknownProject: (name, names) =>
    `“${name}” 프로젝트가 없어 아무것도 실행하지 않았습니다. 지금 있는 프로젝트는 ${names.join(', ')}입니다.`,
  notServed: '이 패니저는 명령을 실행하지 않습니다. 아무것도 실행하지 않았습니다.',
  closed: (reason) =>
    reason === 'denied'
      ? '허락하지 않으셔서 실행하지 않았습니다.'
      : '기한 안에 확인해 주시지 않아 실행하지 않았습니다. 필요하면 다시 말씀해 주세요.',
  uncertain: '실행을 시작했지만 결과를 알 수 없습니다. 웹 페이지의 프로젝트에서 확인해 주세요.',
  failed: '지금은 실행하지 못했습니다. 아무것도 실행하지 않았으니 잠시 뒤에 다시 말씀해 주세요.',
};

const en: RunAnswerTexts = {
  heading: (project, command) => `Run in “${project}”: ${command}`,
  took: (seconds) =>
    seconds < 60 ? `It took ${seconds} s.` : `It took ${Math.floor(seconds / 60)} min ${seconds % 60} s.`,
  nothingSaid: 'There was no output.',
  cut: 'The end of its output:',
  more: 'The whole log and the changed files are in your projects on the web page.',
  noProjects:
    'You have no project yet, so nothing was run. Add a repository to your projects on the web page and ask again.',
  unknownProject: (name, names) =>
    `There is no project “${name}”, so nothing was run. Your projects are: ${names.join(', ')}.`,
  notServed: 'This Panager runs no commands. Nothing was run.',
  closed: (reason) =>
    reason === 'denied'
      ? 'You said no, so nothing was run.'
      : 'Nobody said yes in time, so nothing was run. Ask again whenever you need it.',
  uncertain: 'It was started, but its result is not known. Please look at your projects on the web page.',
  failed: 'This could not be run right now. Nothing was run: please ask again in a moment.',
};

export const runAnswerTexts: Record<Language, RunAnswerTexts> = { ko, en };

/** How a run ended, in a sentence. */
export function runEndingText({ ending, exitCode, signal, failure }: Ended, language: Language): string {
  const { ended } = projectTexts(language);
  switch (ending) {
    case 'exited':
      if (exitCode === 0) return ended.succeeded;
      if (exitCode === 126) return ended.notExecutable;
      return exitCode === 127 ? ended.notFound : ended.exited(exitCode ?? 1);
    case 'signalled':
      return ended.signalled(signal ?? '?');
    case 'failed':
      return ended.failed[failure ?? 'internal'];
    default:
      return ended[ending];
  }
}

interface Ended {
  ending: RunEnding;
  exitCode: number | null;
  signal: string | null;
  failure: RunFailure | null;
}
