import type { IncomingHttpHeaders } from 'node:http';

export type Language = 'ko' | 'en';

const ko = {
  label: 'Panager의 연습용 Google · Panager’s practice Google, not Google',
  chooseTitle: '계정 선택',
  chooseLead: '일정을 연결할 연습용 계정을 고르세요.',
  consentTitle: 'Panager가 접근을 요청합니다',
  always: '로그인할 때 함께 전달됩니다',
  permissions: '허용할 항목을 고르세요',
  none: '더 고를 권한이 없습니다.',
  otherAccount: '다른 계정',
  allow: '허용',
  deny: '거부',
  errorTitle: '요청을 처리할 수 없습니다',
  errorNext: '아무것도 연결되지 않았습니다. Panager로 돌아가 다시 시도하세요.',
};

const en: typeof ko = {
  label: 'Panager’s practice Google, not Google · Panager의 연습용 Google',
  chooseTitle: 'Choose an account',
  chooseLead: 'Pick the practice account whose calendar you want to connect.',
  consentTitle: 'Panager asks for access',
  always: 'Shared with every sign-in',
  permissions: 'Choose what you allow',
  none: 'There is nothing more to choose.',
  otherAccount: 'Another account',
  allow: 'Allow',
  deny: 'Deny',
  errorTitle: 'This request cannot be handled',
  errorNext: 'Nothing was connected. Go back to Panager and try again.',
};

export type Texts = typeof ko;
export const TEXTS: Record<Language, Texts> = { ko, en };

/** Korean or English, whichever the browser prefers (RFC 9110 12.5.4); English when it names neither. */
export function languageOf(headers: IncomingHttpHeaders): Language {
  const preferences = (headers['accept-language'] ?? '').split(',').map((entry) => {
    const [tag = '', quality = 'q=1'] = entry.trim().split(/\s*;\s*/);
    return { language: tag.slice(0, 2).toLowerCase(), quality: Number(quality.slice(2)) || 0 };
  });
  preferences.sort((a, b) => b.quality - a.quality);
  return preferences.find(({ language }) => language === 'ko' || language === 'en')?.language === 'ko' ? 'ko' : 'en';
}
