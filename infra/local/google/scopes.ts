const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const TASKS = 'https://www.googleapis.com/auth/tasks';

/** Google answers with the long forms, whichever form was asked for. */
const LONG_FORMS: Record<string, string> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

/** Sign-in scopes: shown on the consent page, but nothing to tick there. */
export const SIGN_IN_SCOPES: readonly string[] = ['openid', ...Object.values(LONG_FORMS)];

export const EMAIL_SCOPE = 'https://www.googleapis.com/auth/userinfo.email';

/** What each scope allows, as the consent page says it. A scope that is not here is unknown. */
export const SCOPE_TEXTS: Record<string, { ko: string; en: string }> = {
  openid: { ko: '내가 누구인지 확인', en: 'Know who you are' },
  'https://www.googleapis.com/auth/userinfo.email': { ko: '이메일 주소 보기', en: 'See your email address' },
  'https://www.googleapis.com/auth/userinfo.profile': { ko: '이름 보기', en: 'See your name' },
  [CALENDAR]: { ko: '캘린더 전체 보기, 수정, 삭제', en: 'See, edit and delete all your calendars' },
  [`${CALENDAR}.readonly`]: { ko: '캘린더와 일정 보기', en: 'See your calendars and events' },
  [`${CALENDAR}.events`]: { ko: '일정 보기와 수정', en: 'See and edit your events' },
  [`${CALENDAR}.events.readonly`]: { ko: '일정 보기', en: 'See your events' },
  [`${CALENDAR}.settings.readonly`]: { ko: '캘린더 설정 보기', en: 'See your calendar settings' },
  [TASKS]: { ko: '할 일 보기, 만들기, 수정, 삭제', en: 'See, create, edit and delete your tasks' },
  [`${TASKS}.readonly`]: { ko: '할 일 보기', en: 'See your tasks' },
};

/** Any one of these opens the door. */
export const ALLOWS = {
  readEvents: [CALENDAR, `${CALENDAR}.readonly`, `${CALENDAR}.events`, `${CALENDAR}.events.readonly`],
  writeEvents: [CALENDAR, `${CALENDAR}.events`],
  readCalendar: [CALENDAR, `${CALENDAR}.readonly`],
  readSettings: [CALENDAR, `${CALENDAR}.readonly`, `${CALENDAR}.settings.readonly`],
} as const satisfies Record<string, readonly string[]>;

/** A space separated list in long forms, without repetitions. */
export function parseScopes(list: string): string[] {
  return [...new Set(list.split(' ').filter(Boolean))].map((scope) => LONG_FORMS[scope] ?? scope);
}

export function formatScopes(scopes: Iterable<string>): string {
  return [...new Set(scopes)].join(' ');
}
