import type { Language } from '../words.ts';
import { answerTexts } from './answers.ts';

/** What is known of a request's writes when it ends early. The words never claim more. */
export type CancelledWrites = 'nothingSent' | 'underWay' | 'alreadyDone';

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
};

export function failedText(writes: CancelledWrites, language: Language): string {
  return writes === 'nothingSent' ? answerTexts[language].failed : FAILED[writes][language];
}
