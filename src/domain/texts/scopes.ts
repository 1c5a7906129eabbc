import type { Language } from '../words.ts';

const GOOGLE = 'https://www.googleapis.com/auth/';

const WORDS: Record<string, Record<Language, string>> = {
  openid: { ko: '어느 계정인지 확인', en: 'Know which account it is' },
  email: { ko: '이메일 주소 보기', en: 'See your email address' },
  [`${GOOGLE}userinfo.email`]: { ko: '이메일 주소 보기', en: 'See your email address' },
  [`${GOOGLE}calendar.events.readonly`]: {
    ko: '캘린더 일정 보기 (바꾸지는 않음)',
    en: 'See your calendar events (without changing them)',
  },
  [`${GOOGLE}calendar.events`]: {
    ko: '캘린더 일정 보기, 만들기, 고치기, 지우기',
    en: 'See, create, change and delete your calendar events',
  },
  [`${GOOGLE}tasks.readonly`]: { ko: '할 일 보기 (바꾸지는 않음)', en: 'See your tasks (without changing them)' },
  [`${GOOGLE}tasks`]: { ko: '할 일 보기, 만들기, 고치기, 지우기', en: 'See, create, change and delete your tasks' },
};

/**
 * What a permission lets us do, in a person's words; an unknown scope is shown as the provider calls it.
 * Google's names: https://developers.google.com/identity/protocols/oauth2/scopes
 */
export function scopeWords(scope: string, language: Language): string {
  return WORDS[scope]?.[language] ?? scope;
}
