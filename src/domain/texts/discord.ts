import type { Language, Provider } from '../words.ts';
import { pageTexts } from './page.ts';

/**
 * What a direct message says about a request. Words that the page says of the same thing are the page's: people move
 * between both. `time` is a relative timestamp of Discord, which every reader's client turns into "in 23 hours".
 */
export interface DiscordTexts {
  thinking: string;
  /** Nothing has come for a while, and nothing is asked of the person. */
  takesLonger: string;
  running: string;
  outage: string;
  /** What was started takes as long as it takes. */
  runs: string;
  openRun: string;
  /** `doing` as the page says it beside the name: "일정을 확인하는 중". */
  underWay(doing: string): string;

  wait: {
    title(provider: string): string;
    permissions(list: string): string;
    resumes(requests: number): string;
    until(time: string): string;
    snooze: string;
  };
  approval: {
    until(time: string): string;
    /** More than a message holds. */
    onThePage: string;
    openPage: string;
  };
  cutOff: string;
  /** Whose account an answer was made with (OA-11). */
  accounts(list: string): string;

  /** New messages: Discord tells nobody about edits. */
  notice: { done: string; failed: string; expired: string; approval: string };
  reminder: {
    connection(provider: string, time: string): string;
    approval(time: string): string;
    more: string;
  };
}

const ko: DiscordTexts = {
  thinking: '생각하는 중입니다.',
  takesLonger: '평소보다 오래 걸리고 있습니다. 답이 되는 대로 이 메시지에 적어 드립니다.',
  running: '처리하는 중입니다.',
  outage: pageTexts('ko').outage.running,
  runs: '끝나면 결과를 이 메시지에 적어 드립니다.',
  openRun: '실행 기록 열기',
  underWay: (doing) => `${doing}입니다.`,
  wait: {
    title: (provider) => pageTexts('ko').wait.title(provider),
    permissions: (list) => `필요한 권한: ${list}`,
    resumes: (requests) =>
      requests > 1 ? pageTexts('ko').wait.resumesSeveral(requests) : pageTexts('ko').wait.resumes,
    until: (time) => `연결이 없으면 ${time} 요청을 마칩니다.`,
    snooze: '하루 더 기다리기',
  },
  approval: {
    until: (time) => `대답이 없으면 ${time} 실행하지 않고 마칩니다.`,
    onThePage: '내용이 길어 여기에 다 보여 드릴 수 없습니다. 웹 화면에서 모두 확인하고 골라 주세요.',
    openPage: '웹에서 보기',
  },
  cutOff: '답이 길어 여기까지만 보냈습니다. 전체는 웹 화면에 있습니다.',
  accounts: (list) => `사용한 계정: ${list}. 본인 계정이 아니면 /accounts에서 연결을 끊어 주세요.`,
  notice: {
    done: '기다리시던 답이 왔습니다. 위의 메시지에 적어 두었습니다.',
    failed: '기다리시던 요청을 끝내지 못했습니다. 이유는 위의 메시지에 적어 두었습니다.',
    expired: '기한이 지나 요청을 마쳤습니다. 필요하면 다시 말씀해 주세요.',
    approval: '실행하기 전에 확인이 필요합니다. 위의 메시지에서 보고 골라 주세요.',
  },
  reminder: {
    connection: (provider, time) => `${provider} 연결을 기다리고 있습니다. 연결이 없으면 ${time} 요청을 마칩니다.`,
    approval: (time) => `확인을 기다리고 있습니다. 대답이 없으면 ${time} 실행하지 않고 마칩니다.`,
    more: '시간이 더 필요하면 위의 메시지에서 하루 더 기다리게 할 수 있습니다.',
  },
};

const en: DiscordTexts = {
  thinking: 'Thinking.',
  takesLonger: 'This takes longer than usual. The answer will be written here as soon as there is one.',
  running: 'Working on it.',
  outage: pageTexts('en').outage.running,
  runs: 'When it has ended, the result will be written here.',
  openRun: 'Open the run',
  underWay: (doing) => `${doing}.`,
  wait: {
    title: (provider) => pageTexts('en').wait.title(provider),
    permissions: (list) => `Permissions it needs: ${list}`,
    resumes: (requests) =>
      requests > 1 ? pageTexts('en').wait.resumesSeveral(requests) : pageTexts('en').wait.resumes,
    until: (time) => `Without a connection the request ends ${time}.`,
    snooze: 'Wait a day longer',
  },
  approval: {
    until: (time) => `Without an answer it ends ${time} and nothing is done.`,
    onThePage: 'This is too long to show here in full. Please look at all of it on the web page and decide there.',
    openPage: 'Open the web page',
  },
  cutOff: 'The answer is long and was cut here. All of it is on the web page.',
  accounts: (list) => `Account used: ${list}. Not yours? Disconnect it with /accounts.`,
  notice: {
    done: 'The answer you were waiting for is here, in the message above.',
    failed: 'Your request could not be finished. The message above says why.',
    expired: 'Time is up and the request has ended. Ask again whenever you need it.',
    approval: 'Your word is needed before this is done. Please look at the message above and choose.',
  },
  reminder: {
    connection: (provider, time) =>
      `Your request is waiting for a ${provider} connection. Without one it ends ${time}.`,
    approval: (time) => `Your request is waiting for your word. Without an answer it ends ${time} and nothing is done.`,
    more: 'If you need more time, the message above can make it wait a day longer.',
  },
};

export const discordTexts: Record<Language, DiscordTexts> = { ko, en };

/** A provider as people know it; a pretend one says so. */
export function providerWords(provider: Provider, emulated: readonly string[], language: Language): string {
  return pageTexts(language).provider(provider, emulated.includes(provider));
}
