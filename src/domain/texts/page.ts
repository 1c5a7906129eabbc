import type { AuthReason, Language, Provider } from '../words.ts';

/** The vocabulary that the page shares with its texts. */
export type { Language, Provider };

const NAMES: Record<Provider, string> = { google: 'Google', github: 'GitHub', claude: 'Claude' };

/** What a person may ask first; each one is answered by the rule-based planner too. */
const EXAMPLES: Record<Language, readonly string[]> = {
  ko: ['이번 주 일정 보여줘', '내일 일정 알려줘'],
  en: ["What's on this week?", "What's on tomorrow?"],
};

const ko = {
  productName: '패니저',
  productNameAside: 'Panager',
  title: '패니저 Panager',
  loading: '불러오는 중',
  examples: EXAMPLES.ko,
  provider: (provider: Provider, emulated: boolean) => (emulated ? `연습용 ${NAMES[provider]}` : NAMES[provider]),

  signIn: {
    promise: '부탁은 한 번만 하세요.',
    explanation: '계정 연결이 필요하면 기다렸다가, 연결되는 대로 멈춘 곳에서 이어서 답합니다.',
    name: '이름',
    start: '시작하기',
    practiceTitle: '이 컴퓨터에서만 쓰는 연습 모드입니다',
    practice: '아무 이름이나 쓸 수 있고 비밀번호는 없습니다. 같은 이름으로 들어오면 대화가 이어집니다.',
    withDiscord: 'Discord로 로그인',
    discordExplanation: 'Discord에서는 누구인지만 확인합니다. 봇에게 보낸 요청이 여기에도 보입니다.',
    otherAccount: '다른 계정으로 로그인',
    draftKept: '쓰던 글은 그대로 남아 있습니다. 다시 로그인하면 이어서 보낼 수 있습니다.',
  },

  header: {
    waiting: (count: number) => `대기 중 ${count}`,
    waitingLabel: (count: number) => `나를 기다리는 요청 ${count}개. 그 요청으로 이동`,
    menu: '내 계정',
    language: '언어',
    signOut: '로그아웃',
    practice: '연습 모드',
    offlinePlanner: '규칙 기반 오프라인 도우미',
  },

  accounts: {
    title: '연결된 계정',
    none: '아직 없습니다. 필요한 때에 물어보며, 지금 연결해 두어도 됩니다.',
    unknown: '불러오지 못했습니다.',
    status: { active: '연결됨', revoked: '끊어짐' },
    permissions: '허용한 권한',
    since: (day: string) => `${day}부터`,
    revokedHint: '연결이 끊어졌습니다. 필요한 때에 다시 물어봅니다.',
    reconnect: (provider: string) => `${provider} 다시 연결`,
    opening: '연결 화면을 여는 중',
    disconnect: '연결 끊기',
    looking: '영향을 확인하는 중',
    question: (provider: string) => `${provider} 연결을 끊을까요?`,
    effect: (provider: string) => `${provider}에서 받은 권한을 거두고, 저장한 연결 정보를 지웁니다.`,
    noRequests: '지금 이 계정이 필요한 요청은 없습니다.',
    requests: (count: number) => `진행 중인 요청 ${count}개가 다시 연결을 기다리게 됩니다.`,
    moreRequests: (count: number) => `그 밖에 ${count}개`,
    disconnecting: '끊는 중',
    keep: '그대로 두기',
  },

  chat: {
    conversation: '대화',
    greeting: (name: string) => `${name}님, 무엇을 도와드릴까요?`,
    greetingHint: '아래 예시로 시작하거나 편하게 물어보세요.',
    examplesLabel: '예시 질문',
    more: '이전 대화 더 보기',
    moreBusy: '불러오는 중',
    toNewest: '맨 아래로',
    reconnecting: '다시 연결하는 중',
    you: '나',
    assistant: '패니저',
    today: '오늘',
    yesterday: '어제',
  },

  composer: {
    label: '메시지',
    placeholder: '무엇이든 물어보세요',
    send: '보내기',
    hint: 'Enter로 보내기, Shift+Enter로 줄 바꾸기',
    count: (length: string, limit: string) => `${length} / ${limit}`,
    tooLong: (over: string) => `${over}자 넘었습니다. 줄여야 보낼 수 있습니다.`,
    notSent: '보내지 못했습니다.',
    sendAgain: '다시 보내기',
    discard: '지우기',
  },

  status: {
    sending: '보내는 중',
    queued: '받았습니다',
    thinking: '생각하는 중',
    running: '처리하는 중',
    waiting: '연결을 기다리는 중',
    waitingForApproval: '확인을 기다리는 중',
    done: '답변',
    failed: '끝내지 못함',
    cancelled: '그만둠',
    expired: '기한 지남',
  },

  /** While a tool runs. */
  tools: {
    calendar_list_events: '일정을 확인하는 중',
    calendar_create_event: '일정을 추가하는 중',
    calendar_update_event: '일정을 고치는 중',
    calendar_delete_event: '일정을 지우는 중',
    tasks_list: '할 일을 확인하는 중',
    tasks_create: '할 일을 만드는 중',
    tasks_complete: '할 일을 끝내는 중',
    tasks_delete: '할 일을 지우는 중',
    run_in_project: '프로젝트에서 실행하는 중',
  },

  /** Where nothing has moved for long. */
  outage: {
    running: '지금 서비스가 응답하지 않고 있습니다. 계속 다시 시도하고 있으니 따로 하실 일은 없습니다.',
    queued: '요청은 안전하게 받아 두었습니다. 준비되는 대로 저절로 시작하니 따로 하실 일은 없습니다.',
  },

  wait: {
    title: (provider: string) => `${provider} 연결이 필요합니다`,
    reason: {
      neverConnected: () => '아직 연결된 계정이 없습니다.',
      expired: () => '연결이 만료되었습니다. 다시 연결해 주세요.',
      revoked: (provider: string) => `${provider} 쪽에서 연결이 해제되었습니다. 다시 연결해 주세요.`,
      scopeMissing: () => '지금 연결에는 아래 권한이 빠져 있습니다.',
      wrongAccount: (provider: string) => `다른 ${provider} 계정이 연결되어 있습니다. 쓰던 계정으로 연결해 주세요.`,
    } satisfies Record<AuthReason, (provider: string) => string>,
    permissions: '필요한 권한',
    resumes: '연결하면 멈춘 곳에서 이어서 답합니다.',
    resumesSeveral: (count: number) => `연결하면 기다리는 요청 ${count}개에 모두 이어서 답합니다.`,
    until: (left: string, moment: string) => `${left} 남음 · ${moment}까지`,
    endsSoon: (moment: string) => `${moment}까지 기다렸습니다. 곧 끝납니다.`,
    connect: (provider: string) => `${provider} 연결`,
    reconnect: '다시 연결',
    skip: '없이 계속',
    cancel: '그만두기',
    cancelling: '그만두는 중',
    skipping: '계속하는 중',
    denied: (provider: string) => `${provider} 연결을 허용하지 않으셨습니다`,
    deniedHint: '요청은 그대로 기다리고 있습니다. 어떻게 할까요?',
    failed: (provider: string) => `${provider} 연결이 끝까지 되지 않았습니다`,
    failedHint: '잃은 것은 없습니다. 요청은 그대로 기다리고 있으니 다시 연결해 주세요.',
    openedByStranger: '다른 사람이 이 링크를 열었지만 아무것도 할 수 없었습니다. 링크는 계속 쓸 수 있습니다.',
  },

  /** Before a write that waited so long that its person may have forgotten it. */
  approval: {
    title: (action: string) => `${action}: 실행할까요?`,
    explanation: (provider: string | null) =>
      `${provider ?? '계정'} 연결을 15분 넘게 기다린 일이라, 바꾸기 전에 다시 보여 드립니다. 아직 아무것도 바꾸지 않았습니다.`,
    preview: '실행할 내용 전체',
    previewHint: '이 내용 그대로 한 번만 실행합니다.',
    fields: {
      event: '일정',
      title: '제목',
      newTitle: '새 제목',
      time: '시간',
      newTime: '새 시간',
      timeZone: '시간대',
      location: '장소',
      newLocation: '새 장소',
      repeat: '반복',
    },
    allDay: (days: string) => `${days} 종일`,
    repeat: {
      every: {
        day: (interval: number) => (interval === 1 ? '매일' : `${interval}일마다`),
        week: (interval: number) => (interval === 1 ? '매주' : `${interval}주마다`),
        month: (interval: number) => (interval === 1 ? '매월' : `${interval}개월마다`),
      },
      on: (every: string, days: string) => (days === '' ? every : `${every} ${days}`),
      times: (count: number) => `${count}번`,
      until: (day: string) => `${day}까지`,
    },
    approve: '실행',
    approveAll: (count: number) => `${count}개 모두 실행`,
    deny: '하지 않기',
    deciding: '전하는 중',
  },

  ended: {
    cancelled: '이 요청은 그만두었습니다.',
    failed: '이 요청을 끝내지 못했습니다.',
    expired: '기한까지 연결이나 확인이 없어 이 요청을 끝냈습니다.',
    restart: '다시 요청',
    restarting: '다시 요청하는 중',
    noAnswer: '답할 내용이 없습니다.',
  },

  errors: {
    unreachable: { message: '서버에 닿지 못했습니다.', hint: '네트워크를 확인하고 다시 시도해 주세요.' },
    unreadable: { message: '서버의 답을 읽지 못했습니다.', hint: '잠시 뒤에 다시 시도해 주세요.' },
    tryAgain: '다시 시도',
  },
};

/** Every word of the page in one language. */
export type PageTexts = typeof ko;

const en: PageTexts = {
  productName: 'Panager',
  productNameAside: '패니저',
  title: 'Panager 패니저',
  loading: 'Loading',
  examples: EXAMPLES.en,
  provider: (provider, emulated) => (emulated ? `practice ${NAMES[provider]}` : NAMES[provider]),

  signIn: {
    promise: 'Ask once.',
    explanation:
      'When an account is missing, your request waits, and goes on where it stopped as soon as you connect it.',
    name: 'Name',
    start: 'Start',
    practiceTitle: 'This is practice mode, on this computer only',
    practice: 'Any name works and there is no password. The same name brings you back to your conversation.',
    withDiscord: 'Sign in with Discord',
    discordExplanation: 'Discord only tells us who you are. What you asked the bot is here too.',
    otherAccount: 'Use another account',
    draftKept: 'What you were writing is still here. Sign in again and send it.',
  },

  header: {
    waiting: (count) => `Waiting ${count}`,
    waitingLabel: (count) =>
      count === 1 ? '1 request waits for you. Go to it' : `${count} requests wait for you. Go to the next one`,
    menu: 'My account',
    language: 'Language',
    signOut: 'Sign out',
    practice: 'Practice mode',
    offlinePlanner: 'rule-based offline helper',
  },

  accounts: {
    title: 'Connected accounts',
    none: 'None yet. You are asked when one is needed, and may connect one now.',
    unknown: 'Could not be loaded.',
    status: { active: 'Connected', revoked: 'Ended' },
    permissions: 'What you allowed',
    since: (day) => `Since ${day}`,
    revokedHint: 'No longer connected. You are asked again when it is needed.',
    reconnect: (provider) => `Connect ${provider} again`,
    opening: 'Opening the connect page',
    disconnect: 'Disconnect',
    looking: 'Looking at what it affects',
    question: (provider) => `Disconnect ${provider}?`,
    effect: (provider) =>
      `Your permission at ${provider} is withdrawn, and what we stored of the connection is deleted.`,
    noRequests: 'No request needs this account now.',
    requests: (count) =>
      count === 1
        ? '1 request under way will wait until you connect again.'
        : `${count} requests under way will wait until you connect again.`,
    moreRequests: (count) => `and ${count} more`,
    disconnecting: 'Disconnecting',
    keep: 'Keep it',
  },

  chat: {
    conversation: 'Conversation',
    greeting: (name) => `${name}, what can I do for you?`,
    greetingHint: 'Start with an example below, or ask in your own words.',
    examplesLabel: 'Example questions',
    more: 'Show earlier conversation',
    moreBusy: 'Loading',
    toNewest: 'To the newest',
    reconnecting: 'Reconnecting',
    you: 'You',
    assistant: 'Panager',
    today: 'Today',
    yesterday: 'Yesterday',
  },

  composer: {
    label: 'Message',
    placeholder: 'Ask anything',
    send: 'Send',
    hint: 'Enter sends, Shift+Enter makes a new line',
    count: (length, limit) => `${length} / ${limit}`,
    tooLong: (over) => `${over} characters too many. Shorten it to send it.`,
    notSent: 'This was not sent.',
    sendAgain: 'Send again',
    discard: 'Discard',
  },

  status: {
    sending: 'Sending',
    queued: 'Received',
    thinking: 'Thinking',
    running: 'Working',
    waiting: 'Waiting for an account',
    waitingForApproval: 'Waiting for your word',
    done: 'Answer',
    failed: 'Not finished',
    cancelled: 'Stopped',
    expired: 'Out of time',
  },

  tools: {
    calendar_list_events: 'Looking at your calendar',
    calendar_create_event: 'Adding the event',
    calendar_update_event: 'Changing the event',
    calendar_delete_event: 'Deleting the event',
    tasks_list: 'Looking at your tasks',
    tasks_create: 'Creating the task',
    tasks_complete: 'Completing the task',
    tasks_delete: 'Deleting the task',
    run_in_project: 'Running in your project',
  },

  outage: {
    running:
      'The service is not answering at the moment. We keep trying by ourselves, and there is nothing you have to do.',
    queued: 'Your request is kept safe and starts by itself as soon as possible. There is nothing you have to do.',
  },

  wait: {
    title: (provider) => `This needs your ${provider} account`,
    reason: {
      neverConnected: () => 'No account is connected yet.',
      expired: () => 'The connection has expired. Please connect again.',
      revoked: (provider) => `The connection was ended at ${provider}. Please connect it again.`,
      scopeMissing: () => 'The present connection lacks the permission below.',
      wrongAccount: (provider) => `Another ${provider} account is connected. Please connect the one you used before.`,
    },
    permissions: 'Permissions it needs',
    resumes: 'Once connected, the answer goes on where it stopped.',
    resumesSeveral: (count) => `Once connected, all ${count} waiting requests are answered.`,
    until: (left, moment) => `${left} left · until ${moment}`,
    endsSoon: (moment) => `It waited until ${moment} and is about to end.`,
    connect: (provider) => `Connect ${provider}`,
    reconnect: 'Connect again',
    skip: 'Go on without it',
    cancel: 'Stop',
    cancelling: 'Stopping',
    skipping: 'Going on',
    denied: (provider) => `You did not allow the ${provider} connection`,
    deniedHint: 'Your request is still waiting. What would you like to do?',
    failed: (provider) => `Connecting ${provider} did not work`,
    failedHint: 'Nothing is lost. Your request is still waiting, so please connect again.',
    openedByStranger: 'Somebody else opened this link. It did nothing for them, and it still works for you.',
  },

  approval: {
    title: (action) => `${action}: go ahead?`,
    explanation: (provider) =>
      `This waited for your ${provider === null ? 'account' : `${provider} account`} for more than 15 minutes, so it is shown again before anything is changed. Nothing has been changed yet.`,
    preview: 'All that will be done',
    previewHint: 'It is done once, exactly as written here.',
    fields: {
      event: 'Event',
      title: 'Title',
      newTitle: 'New title',
      time: 'Time',
      newTime: 'New time',
      timeZone: 'Time zone',
      location: 'Place',
      newLocation: 'New place',
      repeat: 'Repeats',
    },
    allDay: (days) => `${days}, all day`,
    repeat: {
      every: {
        day: (interval) => (interval === 1 ? 'every day' : `every ${interval} days`),
        week: (interval) => (interval === 1 ? 'every week' : `every ${interval} weeks`),
        month: (interval) => (interval === 1 ? 'every month' : `every ${interval} months`),
      },
      on: (every, days) => (days === '' ? every : `${every} on ${days}`),
      times: (count) => (count === 1 ? 'once' : `${count} times`),
      until: (day) => `until ${day}`,
    },
    approve: 'Go ahead',
    approveAll: (count) => `Go ahead with all ${count}`,
    deny: "Don't do it",
    deciding: 'Passing it on',
  },

  ended: {
    cancelled: 'You stopped this request.',
    failed: 'This request could not be finished.',
    expired: 'Nobody connected or confirmed in time, so this request has ended.',
    restart: 'Ask again',
    restarting: 'Asking again',
    noAnswer: 'There is nothing to answer.',
  },

  errors: {
    unreachable: { message: 'The server could not be reached.', hint: 'Check your network and try again.' },
    unreadable: { message: "The server's answer could not be read.", hint: 'Try again in a moment.' },
    tryAgain: 'Try again',
  },
};

const TEXTS: Record<Language, PageTexts> = { ko, en };

/** The page's words in a person's language. */
export function pageTexts(language: Language): PageTexts {
  return TEXTS[language];
}
