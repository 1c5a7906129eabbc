import type { AuthReason, Language, Provider } from '../words.ts';
import { providerName } from './names.ts';

/** What the server-rendered pages say: signing in for a link, connecting an account, and how a browser trip ended. */
export interface ConnectTexts {
  brand: string;
  signIn: { title: string; why: string; name: string; submit: string; discord: string; badName: string; local: string };
  connect: {
    title(provider: Provider): string;
    reason(reason: AuthReason, provider: Provider): string;
    waitingHeading: string;
    permissionsHeading: string;
    deadline(left: string): string;
    noDeadline: string;
    previousAccount(account: string): string;
    submit(provider: Provider): string;
    decline: string;
    /** Under the buttons: where the button leads, and what refusing does. */
    afterwards(provider: Provider): string;
    practice(provider: Provider): string;
  };
  hours(count: number): string;
  minutes(count: number): string;
  stranger: { title: string; body: string; submit: string };
  closed: { title: string; body: string };
  missing: { title: string; body: string };
  busy: { title: string; body: string };
  connected: {
    discord: string;
    web: string;
    account(account: string): string;
    missing: string;
    missingNext: string;
    goesOn: string;
    backToRequest: string;
    backToStart: string;
  };
  denied: { title: string; body: string };
  confirm: {
    title: string;
    body(provider: Provider): string;
    before: string;
    chosen: string;
    yes: string;
    no: string;
  };
  beingFinished: { title: string; body: string };
  refused: Record<RefusedText, { title: string; body: string }>;
  unknown: { title: string; body: string };
  startAgain: string;
}

/** Why a browser trip did not connect, as far as a person can tell the difference. */
export type RefusedText =
  | 'malformed'
  | 'wrongIssuer'
  | 'wrongRedirect'
  | 'wrongBrowser'
  | 'wrongPerson'
  | 'alreadyUsed'
  | 'expired'
  | 'exchangeFailed'
  | 'accountTaken'
  | 'accountEnding'
  | 'notConfirmed'
  | 'superseded';

const ko: ConnectTexts = {
  brand: '패니저 Panager',
  signIn: {
    title: '먼저 로그인해 주세요',
    why: '이 링크는 요청한 본인만 쓸 수 있어서, 누구인지 먼저 확인합니다.',
    name: '이름',
    submit: '로그인',
    discord: 'Discord로 로그인',
    badName: '이름은 글자나 숫자를 넣어 1자에서 40자 사이로 적어 주세요.',
    local: '개발용 로그인입니다. 비밀번호가 없습니다.',
  },
  connect: {
    title: (provider) => `${providerName(provider)} 계정을 연결해 주세요`,
    reason: (reason, provider) =>
      ({
        neverConnected: `아직 연결된 ${providerName(provider)} 계정이 없어서 요청이 기다리고 있습니다.`,
        expired: `${providerName(provider)} 연결의 유효 기간이 끝나서 요청이 기다리고 있습니다.`,
        revoked: `${providerName(provider)} 연결이 해제되어 있어서 요청이 기다리고 있습니다.`,
        scopeMissing: '지금 연결에는 이 요청에 필요한 권한이 빠져 있습니다.',
        wrongAccount: `이 요청에는 다른 ${providerName(provider)} 계정이 필요합니다.`,
      })[reason],
    waitingHeading: '기다리는 요청',
    permissionsHeading: '허용을 부탁드리는 권한',
    deadline: (left) => `앞으로 ${left} 동안 기다립니다. 그 뒤에는 연결 없이 끝냅니다.`,
    noDeadline: '지금 기다리는 요청은 없습니다. 연결해 두면 다음 요청부터 씁니다.',
    previousAccount: (account) => `전에 연결한 계정: ${account}`,
    submit: (provider) => `${providerName(provider)} 연결`,
    decline: '거절',
    afterwards: (provider) =>
      `연결을 누르면 ${providerName(provider)} 화면으로 이동합니다. 허용하면 기다리던 요청이 저절로 이어집니다. 거절해도 요청은 지워지지 않습니다.`,
    practice: (provider) =>
      `연습용 ${providerName(provider)}입니다. 진짜 ${providerName(provider)}이 아니며, 진짜 계정은 쓰이지 않습니다.`,
  },
  hours: (count) => `약 ${count}시간`,
  minutes: (count) => `약 ${count}분`,
  stranger: {
    title: '다른 분의 링크입니다',
    body: '지금 로그인한 계정으로는 이 링크를 쓸 수 없습니다. 아무것도 연결하지 않았습니다. 본인의 링크라면 그 계정으로 로그인해 주세요.',
    submit: '다른 계정으로 로그인',
  },
  closed: {
    title: '끝난 링크입니다',
    body: '이 링크로 기다리던 일은 이미 끝났습니다. 새로 연결한 것은 없습니다. 연결이 다시 필요하면 새 링크를 보내 드립니다.',
  },
  missing: {
    title: '없는 링크입니다',
    body: '주소가 잘렸거나 이미 지워진 링크입니다. 아무것도 연결하지 않았습니다. 받은 링크를 그대로 다시 열어 주세요.',
  },
  busy: {
    title: '지금은 시작할 수 없습니다',
    body: '앞서 시작한 연결이나 연결 해제가 아직 정리되지 않았습니다. 아무것도 연결하지 않았고, 요청은 계속 기다립니다. 잠시 뒤에 다시 시작해 주세요.',
  },
  connected: {
    discord: '연동이 완료됐습니다. Discord로 돌아가세요.',
    web: '연동이 완료됐습니다.',
    account: (account) => `연결한 계정: ${account}`,
    missing: '허용되지 않은 권한',
    missingNext: '이 권한이 필요한 요청은 계속 기다립니다. 나머지는 저절로 이어집니다.',
    goesOn: '기다리던 요청이 저절로 이어집니다.',
    backToRequest: '요청으로 돌아가기',
    backToStart: '처음 화면으로',
  },
  denied: {
    title: '연결하지 않았습니다',
    body: '거절하신 것을 요청에 알렸습니다. 요청은 계속 기다리며, 그 요청에서 다시 연결하거나, 연결 없이 계속하거나, 그만둘 수 있습니다.',
  },
  confirm: {
    title: '다른 계정입니다',
    body: (provider) =>
      `전에 연결한 ${providerName(provider)} 계정과 다릅니다. 아직 바꾸지 않았습니다. 이 계정으로 바꿀까요? 10분 안에 고르지 않으면 바꾸지 않습니다.`,
    before: '전에 연결한 계정',
    chosen: '방금 고른 계정',
    yes: '이 계정으로 바꾸기',
    no: '바꾸지 않기',
  },
  beingFinished: {
    title: '연결을 마무리하고 있습니다',
    body: '허용은 받았고 저장이 늦어지고 있습니다. 2분 안에 저절로 끝나며, 다시 하실 일은 없습니다.',
  },
  refused: {
    malformed: {
      title: '연결하지 못했습니다',
      body: '돌아온 주소가 올바르지 않아 연결하지 않았습니다. 요청은 계속 기다립니다.',
    },
    wrongIssuer: {
      title: '연결하지 못했습니다',
      body: '답을 보낸 곳이 연결하려던 곳과 달라 연결하지 않았습니다. 요청은 계속 기다립니다.',
    },
    wrongRedirect: {
      title: '연결하지 못했습니다',
      body: '답이 다른 주소로 돌아와 연결하지 않았습니다. 요청은 계속 기다립니다.',
    },
    wrongBrowser: {
      title: '다른 브라우저에서 시작한 연결입니다',
      body: '연결을 시작한 브라우저에서만 끝낼 수 있어서 연결하지 않았습니다. 여기서 계속하려면 처음부터 다시 시작해 주세요.',
    },
    wrongPerson: {
      title: '다른 분이 시작한 연결입니다',
      body: '지금 로그인한 분이 시작한 연결이 아니어서 연결하지 않았습니다. 본인의 링크라면 그 계정으로 로그인한 다음 다시 시작해 주세요.',
    },
    alreadyUsed: {
      title: '이미 처리한 응답입니다',
      body: '같은 응답은 한 번만 씁니다. 이번에 새로 한 일은 없습니다. 요청이 아직 기다리고 있으면 다시 시작해 주세요.',
    },
    expired: {
      title: '시간이 지났습니다',
      body: '시작한 지 10분이 지나 연결하지 않았습니다. 요청은 계속 기다립니다.',
    },
    exchangeFailed: {
      title: '연결을 끝내지 못했습니다',
      body: '상대 서비스가 연결을 확인해 주지 않았습니다. 저장한 것은 없고, 요청은 계속 기다립니다.',
    },
    accountTaken: {
      title: '이미 다른 분이 쓰는 계정입니다',
      body: '이 계정은 Panager의 다른 사용자에게 연결되어 있어 연결하지 않았습니다. 다른 계정으로 다시 시작해 주세요.',
    },
    accountEnding: {
      title: '잠시 뒤에 한 번 더 연결해 주세요',
      body: '이 계정의 전 연결을 끊는 중이라 지금 받은 허락도 곧 끊깁니다. 그래서 연결하지 않았고, 요청은 계속 기다립니다. 1분쯤 뒤에 다시 시작해 주세요.',
    },
    notConfirmed: {
      title: '계정을 바꾸지 않았습니다',
      body: '전의 계정을 그대로 두었습니다. 방금 고른 계정은 쓰지 않으며, 요청은 계속 기다립니다.',
    },
    superseded: {
      title: '그사이에 연결이 바뀌었습니다',
      body: '연결하는 동안 다른 연결이나 연결 해제가 먼저 끝나서 이번 것은 쓰지 않습니다.',
    },
  },
  unknown: {
    title: '알 수 없는 응답입니다',
    body: '여기서 시작한 연결이 아니거나 너무 오래된 연결입니다. 아무것도 연결하지 않았습니다. 받은 링크를 다시 열어 시작해 주세요.',
  },
  startAgain: '다시 시작',
};

const en: ConnectTexts = {
  brand: 'Panager',
  signIn: {
    title: 'Please sign in first',
    why: 'Only the person who asked can use this link, so we check who you are.',
    name: 'Name',
    submit: 'Sign in',
    discord: 'Sign in with Discord',
    badName: 'Write a name of 1 to 40 characters with a letter or a digit in it.',
    local: 'Sign-in for development. There is no password.',
  },
  connect: {
    title: (provider) => `Connect your ${providerName(provider)} account`,
    reason: (reason, provider) =>
      ({
        neverConnected: `No ${providerName(provider)} account is connected yet, so your request is waiting.`,
        expired: `Your ${providerName(provider)} connection has expired, so your request is waiting.`,
        revoked: `Your ${providerName(provider)} connection was revoked, so your request is waiting.`,
        scopeMissing: 'The connection you have lacks a permission that your request needs.',
        wrongAccount: `Your request needs another ${providerName(provider)} account.`,
      })[reason],
    waitingHeading: 'What is waiting',
    permissionsHeading: 'What we ask permission for',
    deadline: (left) => `It waits for ${left} more. After that it ends without the connection.`,
    noDeadline: 'Nothing waits right now. Your next request will use the connection.',
    previousAccount: (account) => `Connected before: ${account}`,
    submit: (provider) => `Connect ${providerName(provider)}`,
    decline: 'Decline',
    afterwards: (provider) =>
      `Connect takes you to ${providerName(provider)}. Once you allow it, what is waiting goes on by itself. Declining deletes nothing.`,
    practice: (provider) =>
      `This is a practice ${providerName(provider)}, not the real one. No real account is involved.`,
  },
  hours: (count) => (count === 1 ? 'about 1 hour' : `about ${count} hours`),
  minutes: (count) => (count === 1 ? 'about 1 minute' : `about ${count} minutes`),
  stranger: {
    title: 'This link belongs to somebody else',
    body: 'The account you are signed in with cannot use it. Nothing was connected. If the link is yours, sign in with that account.',
    submit: 'Sign in with another account',
  },
  closed: {
    title: 'This link is finished',
    body: 'What waited for it has ended. Nothing new was connected. When a connection is needed again, you get a new link.',
  },
  missing: {
    title: 'There is no such link',
    body: 'The address was cut off, or the link is gone. Nothing was connected. Open the link again exactly as you got it.',
  },
  busy: {
    title: 'This cannot start right now',
    body: 'An earlier connection or disconnection is not finished yet. Nothing was connected, and your request keeps waiting. Start again in a moment.',
  },
  connected: {
    discord: 'Your account is connected. Go back to Discord.',
    web: 'Your account is connected.',
    account: (account) => `Connected as ${account}`,
    missing: 'Not allowed',
    missingNext: 'Requests that need this keep waiting. Everything else goes on by itself.',
    goesOn: 'What was waiting goes on by itself.',
    backToRequest: 'Back to your request',
    backToStart: 'To the start page',
  },
  denied: {
    title: 'Nothing was connected',
    body: 'Your request knows that you declined. It keeps waiting: there you can connect after all, go on without, or stop it.',
  },
  confirm: {
    title: 'This is another account',
    body: (provider) =>
      `It is not the ${providerName(provider)} account that was connected before. Nothing was changed yet. Change to it? Without an answer within 10 minutes nothing changes.`,
    before: 'Connected before',
    chosen: 'Chosen just now',
    yes: 'Change to this account',
    no: 'Do not change',
  },
  beingFinished: {
    title: 'Your connection is being finished',
    body: 'You allowed it, and storing it takes longer than usual. It finishes by itself within two minutes: there is nothing to do again.',
  },
  refused: {
    malformed: {
      title: 'Nothing was connected',
      body: 'The address you came back with is not valid. Your request keeps waiting.',
    },
    wrongIssuer: {
      title: 'Nothing was connected',
      body: 'The answer came from somebody other than the service you were connecting. Your request keeps waiting.',
    },
    wrongRedirect: {
      title: 'Nothing was connected',
      body: 'The answer came back to another address than expected. Your request keeps waiting.',
    },
    wrongBrowser: {
      title: 'This was started in another browser',
      body: 'Only the browser that started can finish, so nothing was connected. To go on here, start from the beginning.',
    },
    wrongPerson: {
      title: 'Somebody else started this',
      body: 'You are not signed in as the person who started, so nothing was connected. If the link is yours, sign in with that account and start again.',
    },
    alreadyUsed: {
      title: 'This answer was used already',
      body: 'An answer counts once. Nothing was done this time. If your request still waits, start again.',
    },
    expired: {
      title: 'This took too long',
      body: 'More than 10 minutes went by, so nothing was connected. Your request keeps waiting.',
    },
    exchangeFailed: {
      title: 'The connection could not be finished',
      body: 'The service did not confirm it. Nothing was stored, and your request keeps waiting.',
    },
    accountTaken: {
      title: 'Somebody else uses this account',
      body: 'It is connected to another person here, so nothing was connected. Start again with another account.',
    },
    accountEnding: {
      title: 'Please connect once more in a moment',
      body: 'An earlier connection of this account is being ended, and the permission given just now ends with it. So nothing was connected, and your request keeps waiting. Start again in about a minute.',
    },
    notConfirmed: {
      title: 'The account was not changed',
      body: 'The account from before stays. The one chosen just now is not used, and your request keeps waiting.',
    },
    superseded: {
      title: 'The connection changed meanwhile',
      body: 'Another connection or disconnection finished first, so this one is not used.',
    },
  },
  unknown: {
    title: 'This answer is not known here',
    body: 'It was not started here, or too long ago. Nothing was connected. Open the link that you were given to start.',
  },
  startAgain: 'Start again',
};

export const connectTexts: Record<Language, ConnectTexts> = { ko, en };
