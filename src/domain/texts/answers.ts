import type { ClosedReason, Language } from '../words.ts';

/** What the offline planner and the end of a request say. */
export interface AnswerTexts {
  help: string;
  failed: string;
  /** Nothing that was asked for could be read, because nobody connected the account in time. */
  expired: string;
  noEvents: string;
  allDay: string;
  truncated: string;
  readFrom(account: string): string;
  heading(range: string): string;
  closed(range: string, reason: ClosedReason): string;
  callFailed(range: string, code: string): string;
  /** A local date with its weekday, short. */
  day(date: string): string;
  range(from: string, last: string): string;
}

const dayFormat = (locale: string) =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'long', day: 'numeric', weekday: 'short' });
const koDay = dayFormat('ko-KR');
const enDay = dayFormat('en-GB');
const midnight = (date: string) => new Date(`${date}T00:00:00Z`);

export const answerTexts: Record<Language, AnswerTexts> = {
  ko: {
    help:
      '저는 규칙으로만 움직이는 오프라인 도우미라서, 일정을 읽고 만들고 옮기고 지우는 일만 할 수 있습니다.\n' +
      '"이번 주 일정 보여줘", "내일 3시에 회의 추가해줘", "내일 회의 4시로 옮겨줘", "내일 회의 삭제해줘"처럼 말해 보세요.',
    failed: '답을 만들지 못했습니다. 아무것도 바뀌지 않았으니 잠시 뒤에 다시 요청해 주세요.',
    expired: '기한 안에 계정이 연결되지 않아 요청을 마쳤습니다. 필요하면 다시 요청해 주세요.',
    noEvents: '일정이 없습니다.',
    allDay: '종일',
    truncated: '일정이 더 있지만 여기까지만 읽었습니다.',
    readFrom: (account) => `${account} 캘린더에서 읽었습니다.`,
    heading: (range) => `${range} 일정입니다.`,
    closed: (range, reason) =>
      ({
        skipped: `${range} 일정은 연결하지 않고 넘어갔기 때문에 읽지 않았습니다.`,
        expired: `${range} 일정은 제때 계정이 연결되지 않아 읽지 못했습니다.`,
        cancelled: `${range} 일정은 그만두었기 때문에 읽지 않았습니다.`,
        denied: `${range} 일정은 허락하지 않으셔서 그대로 두었습니다.`,
        insufficient: `${range} 일정은 연결된 계정에 필요한 권한이 없어 읽지 못했습니다. 다시 요청하고 모든 권한에 동의해 주세요.`,
      })[reason],
    callFailed: (range, code) =>
      code === 'forbidden'
        ? `${range} 일정은 Google이 허용하지 않아 읽지 못했습니다.`
        : `${range} 일정은 Google이 제대로 답하지 않아 읽지 못했습니다. 잠시 뒤에 다시 요청해 주세요.`,
    day: (date) => koDay.format(midnight(date)),
    range: (from, last) => `${koDay.format(midnight(from))} – ${koDay.format(midnight(last))}`,
  },
  en: {
    help:
      'I am the offline planner: I follow fixed rules, and can only read, add, move and delete events of your calendar.\n' +
      'Try "Show my events this week", "Add lunch with Jordan tomorrow at noon", "Move tomorrow\'s standup to 4pm" or "Delete tomorrow\'s standup".',
    failed: 'I could not make an answer. Nothing was changed; please ask again in a moment.',
    expired: 'No account was connected in time, so the request has ended. Ask again whenever you need it.',
    noEvents: 'Nothing planned.',
    allDay: 'all day',
    truncated: 'There are more events; this is as far as I read.',
    readFrom: (account) => `Read from the calendar of ${account}.`,
    heading: (range) => `Your events, ${range}:`,
    closed: (range, reason) =>
      ({
        skipped: `I did not read your events for ${range}: you went on without connecting.`,
        expired: `I could not read your events for ${range}: no account was connected in time.`,
        cancelled: `I did not read your events for ${range}: the request was cancelled.`,
        denied: `I left your events for ${range} as they are: you said no.`,
        insufficient: `I could not read your events for ${range}: the connected account lacks a permission. Ask again and allow all of them.`,
      })[reason],
    callFailed: (range, code) =>
      code === 'forbidden'
        ? `Google does not allow me to read your events for ${range}.`
        : `Google did not answer properly, so I could not read your events for ${range}. Please ask again in a moment.`,
    day: (date) => enDay.format(midnight(date)),
    range: (from, last) => `${enDay.format(midnight(from))} to ${enDay.format(midnight(last))}`,
  },
};
