import type { Language } from '../words.ts';

/** What commands, buttons and refused messages on Discord say. A `time` is a relative timestamp of Discord. */
export interface DiscordCommandTexts {
  notServed: string;
  wordsOnly: string;
  /** It is stored, and nothing has taken it up for some seconds. */
  late: string;
  /** Our database or Discord did not answer. */
  notNow: string;

  button: { notYours: string; ended: string; unknown: string };

  pending: {
    none: string;
    title(count: number): string;
    connection(text: string, provider: string, time: string): string;
    approval(text: string, time: string): string;
    more(count: number): string;
    connect(provider: string): string;
  };
  cancel: { done(text: string): string; ended: string; notFound: string };
  accounts: {
    line(provider: string, account: string): string;
    revoked(provider: string, account: string): string;
    disconnect(provider: string, account: string): string;
    confirm: string;
    done(provider: string): string;
    gone: string;
  };
  connect: { open(provider: string): string; button(provider: string): string };
  run: {
    /** The words that ask for it, as a person would write them. */
    words(project: string, command: string): string;
    /** Above the command, in our message that stands in for theirs. */
    asked(project: string): string;
    taken: string;
    noProjects: string;
    unknownProject: string;
    dmsClosed: string;
    openProjects: string;
  };
  help: string;
  helpRun: string;
}

const ko: DiscordCommandTexts = {
  notServed:
    '이 패니저는 운영자가 허용한 분만 쓸 수 있어서 하신 말씀을 받지 않았습니다. 쓰고 싶으시면 운영자에게 문의해 주세요.',
  wordsOnly: '글로 적힌 부탁만 읽을 수 있어서 이 메시지는 받지 않았습니다. 부탁하실 일을 글로 적어 주세요.',
  late: '요청을 받았습니다. 지금 처리가 늦어지고 있지만 다시 보내지 않으셔도 됩니다.',
  notNow: '지금은 처리하지 못했습니다. 바뀐 것은 없습니다. 잠시 뒤에 다시 해 주세요.',
  button: {
    notYours:
      '다른 분의 요청이거나 이제 없는 요청이라 바뀐 것이 없습니다. 지금 기다리는 일은 /pending에서 볼 수 있습니다.',
    ended: '이미 끝난 요청이라 바뀐 것이 없습니다. 필요하면 다시 말씀해 주세요.',
    unknown: '이제 쓰지 않는 버튼이라 아무것도 하지 않았습니다. 지금 기다리는 일은 /pending에서 볼 수 있습니다.',
  },
  pending: {
    none: '지금 기다리는 요청이 없습니다.',
    title: (count) => `요청 ${count}개가 기다리고 있습니다.`,
    connection: (text, provider, time) => `- “${text}”: ${provider} 연결을 기다립니다. 연결이 없으면 ${time} 마칩니다.`,
    approval: (text, time) =>
      `- “${text}”: 확인을 기다립니다. 저와의 DM에서 골라 주세요. 대답이 없으면 ${time} 실행하지 않고 마칩니다.`,
    more: (count) => `그 밖에 ${count}개가 더 있습니다. 저와의 DM에서 볼 수 있습니다.`,
    connect: (provider) => `${provider} 연결`,
  },
  cancel: {
    done: (text) => `“${text}” 요청을 그만두었습니다.`,
    ended: '이미 끝난 요청이라 바뀐 것이 없습니다.',
    notFound: '그런 요청이 없어서 바뀐 것이 없습니다. 목록에서 골라 주세요.',
  },
  accounts: {
    line: (provider, account) => `- ${provider}: ${account}`,
    revoked: (provider, account) => `- ${provider}: ${account} (끊어졌습니다. 필요한 때에 다시 물어봅니다.)`,
    disconnect: (provider, account) => `${provider} 연결 끊기 (${account})`,
    confirm: '연결 끊기',
    done: (provider) => `${provider} 연결을 끊었습니다. 다시 필요해지면 그때 물어봅니다.`,
    gone: '이미 끊어진 연결이라 바뀐 것이 없습니다.',
  },
  connect: {
    open: (provider) => `아래 버튼으로 ${provider} 계정을 연결할 수 있습니다. 이 링크는 본인만 쓸 수 있습니다.`,
    button: (provider) => `${provider} 연결`,
  },
  run: {
    words: (project, command) => `${project} 프로젝트에서 \`${command}\` 실행해줘`,
    asked: (project) => `“${project}” 프로젝트에서 실행해 달라고 하셨습니다.`,
    taken: '시작합니다. 진행 상황과 결과는 저와의 DM에 적어 드립니다.',
    noProjects: '아직 프로젝트가 없어 아무것도 실행하지 않았습니다. 웹 페이지에서 저장소를 추가하고 다시 해 주세요.',
    unknownProject: '그런 프로젝트가 없어 아무것도 실행하지 않았습니다. 목록에서 골라 주세요.',
    dmsClosed: '제 DM을 받지 않으셔서 아무것도 실행하지 않았습니다. DM을 허용하시거나 웹 페이지에서 실행해 주세요.',
    openProjects: '프로젝트 열기',
  },
  help: [
    '저에게 DM으로 부탁을 적어 주세요. 예: “이번 주 일정 보여줘”',
    '계정이 필요하면 연결 버튼을 보내 드리고, 연결하시면 멈춘 곳에서 이어서 답합니다. 여러 가지를 한꺼번에 부탁하셔도 됩니다.',
    '',
    '/pending 기다리는 요청',
    '/cancel 요청 그만두기',
    '/accounts 연결된 계정',
    '/connect 계정 미리 연결하기',
  ].join('\n'),
  helpRun: '/run 프로젝트에서 명령 실행하기',
};

const en: DiscordCommandTexts = {
  notServed:
    'Only people whom the operator has allowed can use this Panager, so what you sent was not taken. To use it, ask the operator.',
  wordsOnly: 'Only written requests can be read, so this message was not taken. Please write what you would like.',
  late: 'I have your request. It is taking longer than usual right now; there is no need to send it again.',
  notNow: 'This could not be done right now. Nothing was changed. Please try again in a moment.',
  button: {
    notYours: 'This request is not yours, or is no longer there. Nothing was changed. /pending shows what waits now.',
    ended: 'This request has already ended. Nothing was changed. Ask again whenever you need it.',
    unknown: 'This button is no longer in use. Nothing was done. /pending shows what waits now.',
  },
  pending: {
    none: 'Nothing is waiting now.',
    title: (count) => (count === 1 ? 'One request is waiting.' : `${count} requests are waiting.`),
    connection: (text, provider, time) =>
      `- “${text}” is waiting for a ${provider} connection. Without one it ends ${time}.`,
    approval: (text, time) =>
      `- “${text}” is waiting for your word. Choose in our direct messages. Without an answer it ends ${time} and nothing is done.`,
    more: (count) => `And ${count} more, in our direct messages.`,
    connect: (provider) => `Connect ${provider}`,
  },
  cancel: {
    done: (text) => `“${text}” was cancelled.`,
    ended: 'This request has already ended. Nothing was changed.',
    notFound: 'There is no such request. Nothing was changed. Please choose one from the list.',
  },
  accounts: {
    line: (provider, account) => `- ${provider}: ${account}`,
    revoked: (provider, account) => `- ${provider}: ${account} (no longer connected; you are asked when it is needed)`,
    disconnect: (provider, account) => `Disconnect ${provider} (${account})`,
    confirm: 'Disconnect',
    done: (provider) => `${provider} is disconnected. You are asked when it is needed again.`,
    gone: 'This account is not connected any more. Nothing was changed.',
  },
  connect: {
    open: (provider) => `The button below connects your ${provider} account. Only you can use this link.`,
    button: (provider) => `Connect ${provider}`,
  },
  run: {
    words: (project, command) => `run \`${command}\` in project ${project}`,
    asked: (project) => `You asked to run this in “${project}”.`,
    taken: 'It starts now. How it goes and how it ends is in our direct messages.',
    noProjects: 'You have no project yet, so nothing was run. Add a repository on the web page and try again.',
    unknownProject: 'There is no such project, so nothing was run. Please choose one from the list.',
    dmsClosed:
      'You do not take direct messages of mine, so nothing was run. Please allow them, or run it on the web page.',
    openProjects: 'Open projects',
  },
  help: [
    "Write to me in a direct message. For example: “What's on this week?”",
    'When an account is needed you get a button to connect it, and the answer goes on where it stopped. You can ask for several things at once.',
    '',
    '/pending what waits',
    '/cancel end a request',
    '/accounts connected accounts',
    '/connect connect an account ahead',
  ].join('\n'),
  helpRun: '/run run a command in a project',
};

export const discordCommandTexts: Record<Language, DiscordCommandTexts> = { ko, en };

/** What Discord shows while somebody types a command. At most 100 characters each. */
export const discordCommandDescriptions = {
  pending: { ko: '지금 나를 기다리는 요청을 봅니다', en: 'See what is waiting for you' },
  cancel: { ko: '진행 중인 요청을 그만둡니다', en: 'End a request that is under way' },
  cancelRequest: { ko: '그만둘 요청', en: 'The request to end' },
  accounts: { ko: '연결된 계정을 보고 끊습니다', en: 'See and disconnect connected accounts' },
  connect: { ko: '계정을 미리 연결합니다', en: 'Connect an account ahead' },
  connectProvider: { ko: '연결할 서비스', en: 'The service to connect' },
  run: { ko: '프로젝트에서 명령을 실행합니다', en: 'Run a command in a project' },
  runProject: { ko: '실행할 프로젝트', en: 'The project to run it in' },
  runCommand: { ko: '실행할 명령', en: 'The command to run' },
  help: { ko: '패니저를 쓰는 방법', en: 'How to use Panager' },
} satisfies Record<string, Record<Language, string>>;
