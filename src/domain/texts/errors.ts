import type { Language } from '../words.ts';

export interface ErrorText {
  /** What happened, and what was not done. */
  message: string;
  /** What to do next. */
  hint: string;
}

/** Refusals and failures that a person can meet on a page or in the JSON of the HTTP interface. */
export const errorTexts = {
  signedOut: {
    ko: { message: '로그인이 필요합니다. 아무것도 하지 않았습니다.', hint: '로그인한 다음 다시 해 주세요.' },
    en: { message: 'You are not signed in. Nothing was done.', hint: 'Sign in and try again.' },
  },
  notFound: {
    ko: { message: '찾을 수 없습니다.', hint: '주소를 확인하거나 처음 화면으로 돌아가 주세요.' },
    en: { message: 'There is nothing here.', hint: 'Check the address, or go back to the start page.' },
  },
  approvalDecided: {
    ko: {
      message: '이미 결정되었거나 더 기다리지 않는 일입니다. 바뀐 것은 없습니다.',
      hint: '요청의 지금 상태를 확인해 주세요.',
    },
    en: {
      message: 'This was decided already, or does not wait any more. Nothing was changed.',
      hint: 'Look at what the request says now.',
    },
  },
  approvalExpired: {
    ko: {
      message: '보여 드린 내용이 오래되어 결정을 받지 않았습니다. 아무것도 실행하지 않았습니다.',
      hint: '새로 보여 드리는 내용을 확인하고 다시 결정해 주세요.',
    },
    en: {
      message: 'What was shown is too old, so the decision was not taken. Nothing was run.',
      hint: 'Look at the new preview and decide again.',
    },
  },
  notConnectable: {
    ko: {
      message: '여기에서는 이 서비스를 연결할 수 없습니다. 아무것도 바뀌지 않았습니다.',
      hint: '연결할 수 있는 서비스인지 확인해 주세요.',
    },
    en: {
      message: 'This service cannot be connected here. Nothing was changed.',
      hint: 'Check which services can be connected.',
    },
  },
  nothingWaits: {
    ko: {
      message: '이 요청은 그 연결을 기다리고 있지 않습니다. 바뀐 것은 없습니다.',
      hint: '요청의 지금 상태를 확인해 주세요.',
    },
    en: {
      message: 'This request does not wait for that connection. Nothing was changed.',
      hint: 'Look at the current state of the request.',
    },
  },
  invalidInput: {
    ko: { message: '보낸 내용이 올바르지 않아 아무것도 하지 않았습니다.', hint: '내용을 고쳐서 다시 보내 주세요.' },
    en: { message: 'What was sent is not valid, so nothing was done.', hint: 'Correct it and send it again.' },
  },
  invalidJson: {
    ko: { message: 'JSON을 읽을 수 없어 아무것도 하지 않았습니다.', hint: 'JSON 형식을 확인해 주세요.' },
    en: { message: 'The body is not readable JSON, so nothing was done.', hint: 'Check the JSON and send it again.' },
  },
  wrongContentType: {
    ko: { message: '본문의 형식이 달라 아무것도 하지 않았습니다.', hint: 'Content-Type을 확인해 주세요.' },
    en: {
      message: 'The body has another content type than this address takes, so nothing was done.',
      hint: 'Send application/json in UTF-8, not compressed (forms: application/x-www-form-urlencoded).',
    },
  },
  bodyTooLarge: {
    ko: { message: '보낸 내용이 너무 커서 아무것도 하지 않았습니다.', hint: '64 KB보다 작게 줄여서 보내 주세요.' },
    en: { message: 'The body is too large, so nothing was done.', hint: 'Send less than 64 KB.' },
  },
  lengthRequired: {
    ko: { message: '보낸 내용의 길이를 알 수 없어 아무것도 하지 않았습니다.', hint: 'Content-Length를 넣어 주세요.' },
    en: { message: 'The length of the body is not known, so nothing was done.', hint: 'Send a Content-Length.' },
  },
  tooManyHeaders: {
    ko: { message: '헤더가 너무 많아 아무것도 하지 않았습니다.', hint: '헤더를 줄여서 보내 주세요.' },
    en: { message: 'There are too many headers, so nothing was done.', hint: 'Send fewer headers.' },
  },
  wrongHost: {
    ko: { message: '이 주소로는 서비스하지 않습니다.', hint: '안내받은 주소로 열어 주세요.' },
    en: { message: 'This server does not answer under that name.', hint: 'Open the address that you were given.' },
  },
  foreignOrigin: {
    ko: {
      message: '다른 사이트에서 온 요청으로 보여 아무것도 하지 않았습니다.',
      hint: 'Panager 화면에서 직접 눌러 주세요. 스크립트라면 Origin 헤더에 PUBLIC_URL을 넣어 주세요.',
    },
    en: {
      message: 'This seems to come from another site, so nothing was done.',
      hint: 'Use the page of Panager itself. In a script, send an Origin header that equals PUBLIC_URL.',
    },
  },
  notAllowed: {
    ko: { message: '이 Panager를 쓸 수 있는 분이 아닙니다. 로그인하지 않았습니다.', hint: '운영자에게 문의해 주세요.' },
    en: { message: 'You are not among the people served here. You were not signed in.', hint: 'Ask the operator.' },
  },
  methodNotAllowed: {
    ko: { message: '이 주소는 그 방식을 받지 않습니다. 아무것도 하지 않았습니다.', hint: '링크를 직접 열어 주세요.' },
    en: { message: 'This address does not take that method. Nothing was done.', hint: 'Open it as a link.' },
  },
  tooManyRequests: {
    ko: {
      message: '요청이 너무 많아 잠시 받지 않습니다. 아무것도 하지 않았습니다.',
      hint: '잠시 뒤에 다시 해 주세요.',
    },
    en: { message: 'Too many requests, so nothing was done.', hint: 'Wait a moment and try again.' },
  },
  /** Said with the number and the time where they are known: `dailyCapText`. */
  dailyCapReached: {
    ko: { message: '하루에 보내실 수 있는 요청을 모두 쓰셔서 받지 않았습니다.', hint: '내일 다시 보내 주세요.' },
    en: { message: 'You have used all requests of a day, so this one was not taken.', hint: 'Send it again tomorrow.' },
  },
  /** Said with the number where it is known: `runCapText`. */
  runCapReached: {
    ko: { message: '지금은 더 실행하실 수 없어 시작하지 않았습니다.', hint: '나중에 다시 해 주세요.' },
    en: { message: 'You have as many runs as one may have, so nothing was started.', hint: 'Try again later.' },
  },
  /** Said with the reason: `cloneUrlTexts`. */
  cloneUrlRefused: {
    ko: { message: '저장소 주소를 받지 않았습니다.', hint: '누구나 열 수 있는 https 주소를 넣어 주세요.' },
    en: { message: 'The address of the repository was not taken.', hint: 'Use a public https address.' },
  },
  duplicateName: {
    ko: { message: '같은 이름의 프로젝트가 있어 추가하지 않았습니다.', hint: '다른 이름으로 추가해 주세요.' },
    en: { message: 'There is a project of that name already, so nothing was added.', hint: 'Choose another name.' },
  },
  promptNotServed: {
    ko: {
      message: '말로 시키는 실행은 아직 할 수 없습니다. 아무것도 실행하지 않았습니다.',
      hint: '실행할 명령을 command로 보내 주세요.',
    },
    en: {
      message: 'Runs by a prompt are not served yet. Nothing was run.',
      hint: 'Send what to execute as `command`, a list of words.',
    },
  },
  noDiff: {
    ko: { message: '아직 남겨 둔 변경 내용이 없습니다.', hint: '명령이 끝난 다음 다시 열어 주세요.' },
    en: { message: 'No changes are kept of this run yet.', hint: 'Look again when its command has ended.' },
  },
  noProof: {
    ko: { message: '아직 정리를 확인하지 않았습니다.', hint: '실행이 끝나고 조금 뒤에 다시 열어 주세요.' },
    en: { message: 'Nobody has looked yet whether all is removed.', hint: 'Look again a little after its end.' },
  },
  tooManyStreams: {
    ko: { message: '열어 둔 화면이 너무 많습니다.', hint: '다른 탭을 닫고 다시 열어 주세요.' },
    en: { message: 'Too many pages are open.', hint: 'Close some of them and open this one again.' },
  },
  unavailable: {
    ko: { message: '지금 저장소에 닿지 못해 아무것도 하지 않았습니다.', hint: '잠시 뒤에 다시 해 주세요.' },
    en: { message: 'The database cannot be reached now, so nothing was done.', hint: 'Try again in a moment.' },
  },
  internalError: {
    ko: {
      message: '문제가 생겨 끝내지 못했습니다.',
      hint: '요청의 상태를 확인하고 다시 해 주세요. 계속되면 운영자에게 알려 주세요.',
    },
    en: {
      message: 'Something went wrong and this was not finished.',
      hint: 'Look at the state of your requests and try again. If it stays, tell the operator.',
    },
  },
} as const satisfies Record<string, Record<Language, ErrorText>>;

export type ErrorCode = keyof typeof errorTexts;
