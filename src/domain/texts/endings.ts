import type { Language } from '../words.ts';
import { answerTexts } from './answers.ts';

/**
 * What is known of a request's writes when it ends early. The words never claim more. `ran`: nothing was sent to anybody,
 * but something was executed for it, in a container.
 */
export type CancelledWrites = 'nothingSent' | 'underWay' | 'alreadyDone' | 'ran';

const CANCELLED: Record<CancelledWrites, Record<Language, string>> = {
  nothingSent: {
    ko: '요청을 그만두었습니다. 아무것도 보내지 않았습니다.',
    en: 'The request was cancelled. Nothing was sent.',
  },
  underWay: {
    ko: '요청을 그만두었습니다. 다만 보내는 중이었던 일이 이미 처리되었을 수 있으니 연결된 계정에서 확인해 주세요.',
    en: 'The request was cancelled. Something was on its way and may have been done: please look at the connected account.',
  },
  alreadyDone: {
    ko: '요청을 그만두었습니다. 그 전에 이미 처리된 일이 있으니 연결된 계정에서 확인해 주세요.',
    en: 'The request was cancelled. Part of it had been done before: please look at the connected account.',
  },
  ran: {
    ko: '요청을 그만두었습니다. 실행하던 것도 끝났습니다. 기록은 웹 페이지의 프로젝트에서 볼 수 있습니다.',
    en: 'The request was cancelled. What it was running has ended; the log is in your projects on the web page.',
  },
};

export function cancelledText(writes: CancelledWrites, language: Language): string {
  return CANCELLED[writes][language];
}

const FAILED: Record<Exclude<CancelledWrites, 'nothingSent'>, Record<Language, string>> = {
  underWay: {
    ko: '답을 만들지 못했습니다. 보내는 중이었던 일이 이미 처리되었을 수 있으니 연결된 계정에서 확인해 주세요.',
    en: 'I could not make an answer. Something was on its way and may have been done: please look at the connected account.',
  },
  alreadyDone: {
    ko: '답을 만들지 못했습니다. 그 전에 이미 처리된 일이 있으니 연결된 계정에서 확인해 주세요.',
    en: 'I could not make an answer. Part of it had been done before: please look at the connected account.',
  },
  ran: {
    ko: '답을 만들지 못했습니다. 실행한 것의 기록은 웹 페이지의 프로젝트에서 볼 수 있습니다.',
    en: 'I could not make an answer. The log of what was run is in your projects on the web page.',
  },
};

export function failedText(writes: CancelledWrites, language: Language): string {
  return writes === 'nothingSent' ? answerTexts[language].failed : FAILED[writes][language];
}
