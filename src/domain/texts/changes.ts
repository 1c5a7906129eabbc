import type { ClosedReason, Language } from '../words.ts';

/** What can be missing in, or unclear about, the words of a change. */
export type Missing = 'title' | 'day' | 'time';

export type ChangeKind = 'create' | 'delete' | 'update';

/** A repetition as tools take it. */
export interface RepeatArguments {
  every: 'day' | 'week' | 'month';
  interval?: number;
  weekdays?: readonly string[];
  count?: number;
  until?: string;
}

/** Local dates, `to` exclusive. */
interface Range {
  from: string;
  to: string;
}

/** What the offline planner says about changes: questions that change nothing, what was done, what was not. */
export interface ChangeTexts {
  nothingChanged: string;
  negated: string;
  conditional: string;
  several: string;
  tooLong: string;
  missing(what: readonly Missing[]): string;
  unclear(what: Missing): string;
  unclearChange: string;
  past(date: string, time: string | null): string;
  whichDay: string;
  oneAtATime: string;
  noSuchEvent(range: Range, title: string | null, lines: readonly string[]): string;
  whichEvent(range: Range, lines: readonly string[]): string;

  created(title: string, when: string, repeat: string | null): string;
  createdAndGone(title: string): string;
  deleted(title: string, when: string, oneOfSeries: boolean): string;
  goneAlready(title: string | null): string;
  updated(title: string, when: string, oneOfSeries: boolean): string;
  /** In whose calendar (OA-11). */
  account(account: string): string;

  closed(kind: ChangeKind, title: string | null, reason: ClosedReason): string;
  /** The provider refused, or it is not known what happened. */
  failed(kind: ChangeKind, title: string | null, code: string): string;

  /** From and to; one day names its date once. Whole days have no times. */
  when(from: Moment, to: Moment): string;
  repeats(repeat: RepeatArguments): string;
}

export interface Moment {
  date: string;
  time: string | null;
}

/** With the year: a wrong one must be seen. */
function dayFormat(locale: string, join: (date: string, weekday: string) => string) {
  const date = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' });
  return (local: string) => {
    const midnight = new Date(`${local}T00:00:00Z`);
    return join(date.format(midnight), weekday.format(midnight));
  };
}
type DayFormat = ReturnType<typeof dayFormat>;
const koDay = dayFormat('ko-KR', (date, weekday) => `${date} (${weekday})`);
const enDay = dayFormat('en-GB', (date, weekday) => `${weekday} ${date}`);

function days(format: DayFormat, { from, to }: Range): string {
  const last = new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return from === last ? format(from) : `${format(from)} – ${format(last)}`;
}

function stretch(format: DayFormat, wholeDay: string, from: Moment, to: Moment): string {
  const [first, last] = [format(from.date), format(to.date)];
  if (from.time === null) return `${from.date === to.date ? first : `${first} – ${last}`} ${wholeDay}`;
  return `${first} ${from.time}–${from.date === to.date ? '' : `${last} `}${to.time ?? ''}`;
}

const listed = (lines: readonly string[]) => (lines.length === 0 ? '' : `\n\n${lines.join('\n')}`);

const KO_MISSING: Record<Missing, string> = { title: '제목', day: '날짜', time: '시간' };
/** 을 after a consonant, 를 after a vowel; 이 and 가 likewise. */
const KO_OBJECT: Record<Missing, string> = { title: '제목을', day: '날짜를', time: '시간을' };
const KO_SUBJECT: Record<Missing, string> = { title: '제목이', day: '날짜가', time: '시간이' };
/** A few words answer each. */
const KO_ASK: Record<Missing, string> = { title: '제목은 무엇인가요?', day: '어느 날인가요?', time: '몇 시에 할까요?' };
const EN_ASK: Record<Missing, string> = { title: 'What is it called?', day: 'On which day?', time: 'At what time?' };
const EN_MISSING: Record<Missing, string> = { title: 'what it is called', day: 'the day', time: 'the time' };
const KO_DONE: Record<ChangeKind, string> = { create: '만들지', delete: '지우지', update: '바꾸지' };
const EN_DONE: Record<ChangeKind, string> = { create: 'added', delete: 'deleted', update: 'changed' };
const KO_WEEKDAYS: Record<string, string> = {
  mon: '월',
  tue: '화',
  wed: '수',
  thu: '목',
  fri: '금',
  sat: '토',
  sun: '일',
};
const EN_WEEKDAYS: Record<string, string> = {
  ...{
    mon: 'Monday',
    tue: 'Tuesday',
    wed: 'Wednesday',
    thu: 'Thursday',
    fri: 'Friday',
    sat: 'Saturday',
    sun: 'Sunday',
  },
};

const ko: ChangeTexts = {
  nothingChanged: '아무것도 바꾸지 않았습니다.',
  negated: '알겠습니다. 아무것도 바꾸지 않았습니다.',
  conditional: '조건이 붙은 부탁은 따를 수 없어 아무것도 바꾸지 않았습니다. 바꿀 때가 되면 조건 없이 다시 말해 주세요.',
  several: '한 번에 한 가지만 할 수 있어 아무것도 바꾸지 않았습니다. 하나씩 나누어 말해 주세요.',
  tooLong: '부탁이 길어 확실히 알아듣지 못했고, 아무것도 바꾸지 않았습니다. 한 문장으로 짧게 다시 말해 주세요.',
  missing: (what) =>
    `${what.map((each, index) => (index < what.length - 1 ? KO_MISSING : KO_OBJECT)[each]).join(', ')} 알 수 없어 아직 아무것도 만들지 않았습니다. ${what.map((each) => KO_ASK[each]).join(' ')} 빠진 것만 답해 주시면 이어서 하겠습니다.`,
  unclear: (what) =>
    what === 'title'
      ? '제목이 무엇인지 분명하지 않아 아무것도 바꾸지 않았습니다. 제목을 따옴표로 묶어 다시 말해 주세요.'
      : `${KO_SUBJECT[what]} 분명하지 않아 아무것도 바꾸지 않았습니다. "12월 3일 오후 2시"처럼 하나만 정확히 다시 말해 주세요.`,
  unclearChange:
    '무엇을 어떻게 바꿀지 분명하지 않아 아무것도 바꾸지 않았습니다. "내일 회의 4시로 옮겨줘", "내일 회의 제목을 \'주간 회의\'로 바꿔줘"처럼 다시 말해 주세요.',
  past: (date, time) =>
    `이미 지난 때라서(${koDay(date)}${time === null ? '' : ` ${time}`}) 아무것도 바꾸지 않았습니다. 오전·오후와 날짜를 넣어 다시 말해 주세요.`,
  whichDay:
    '어느 날의 일정인지 알 수 없어 아무것도 바꾸지 않았습니다. "내일 회의 삭제해줘"처럼 날짜를 넣어 다시 말해 주세요.',
  oneAtATime:
    '한 번에 하나의 일정만 바꿀 수 있어 아무것도 바꾸지 않았습니다. 반복 일정은 "내일 스탠드업 삭제해줘"처럼 하루씩 말해 주세요.',
  noSuchEvent: (range, title, lines) =>
    `${days(koDay, range)}에 ${title === null ? '' : `"${title}" `}일정이 없어 아무것도 바꾸지 않았습니다.` +
    (lines.length === 0 ? ' 그때는 잡힌 일정이 하나도 없습니다.' : ` 그때의 일정은 다음과 같습니다.${listed(lines)}`),
  whichEvent: (range, lines) =>
    `${days(koDay, range)}의 어느 일정인지 분명하지 않아 아무것도 바꾸지 않았습니다. 제목 전체나 시간을 넣어 다시 말해 주세요.${listed(lines)}`,

  created: (title, when, repeat) =>
    `일정을 만들었습니다.\n\n• ${when} ${title}${repeat === null ? '' : `\n${repeat} 반복됩니다.`}`,
  createdAndGone: (title) => `"${title}" 일정을 만들었지만, 그 사이 캘린더에서 지워져 지금은 없습니다.`,
  deleted: (title, when, oneOfSeries) =>
    `일정을 지웠습니다.\n\n• ${when} ${title}${oneOfSeries ? '\n반복 일정 가운데 이 날만 지웠고, 다른 날은 그대로입니다.' : ''}`,
  goneAlready: (title) => `${title === null ? '' : `"${title}" `}일정은 캘린더에 이미 없습니다.`,
  updated: (title, when, oneOfSeries) =>
    `일정을 바꾸었습니다.\n\n• ${when} ${title}${oneOfSeries ? '\n반복 일정 가운데 이 날만 바꾸었고, 다른 날은 그대로입니다.' : ''}`,
  account: (account) => `${account} 캘린더입니다.`,

  closed: (kind, title, reason) => {
    const not = `${title === null ? '' : `"${title}" `}일정을 ${KO_DONE[kind]}`;
    switch (reason) {
      case 'skipped':
        return `연결하지 않고 넘어갔기 때문에 ${not} 않았습니다.`;
      case 'expired':
        return `제때 계정이 연결되거나 허락되지 않아 ${not} 못했습니다. 필요하면 다시 요청해 주세요.`;
      case 'cancelled':
        return `그만두었기 때문에 ${not} 않았습니다.`;
      case 'denied':
        return `허락하지 않으셔서 ${not} 않았습니다.`;
      case 'insufficient':
        return `연결된 계정에 필요한 권한이 없어 ${not} 못했습니다. 다시 요청하고 모든 권한에 동의해 주세요.`;
    }
  },
  failed: (kind, title, code) => {
    const not = `${title === null ? '' : `"${title}" `}일정을 ${KO_DONE[kind]} 못했습니다`;
    switch (code) {
      case 'forbidden':
        return `Google이 허용하지 않아 ${not}.`;
      case 'notFound':
        return `캘린더에 그 일정이 더 없어 ${not}.`;
      case 'conflict':
        return `그 사이 일정이 바뀌어 ${not}. 지금 일정을 확인하고 다시 요청해 주세요.`;
      case 'invalidRequest':
        return `Google이 받아들이지 않아 ${not}. 날짜와 시간을 확인하고 다시 요청해 주세요.`;
      case 'uncertain':
        return `${title === null ? '' : `"${title}" `}일정이 ${{ create: '만들어졌을', delete: '지워졌을', update: '바뀌었을' }[kind]} 수도 있지만 확인하지 못했습니다. 캘린더를 직접 확인해 주세요. 저는 다시 시도하지 않습니다.`;
      default:
        return `문제가 생겨 ${title === null ? '' : `"${title}" `}일정을 다루는 일을 마치지 못했습니다. 캘린더를 확인하고 잠시 뒤에 다시 요청해 주세요.`;
    }
  },

  when: (from, to) => stretch(koDay, '종일', from, to),
  repeats: ({ every, interval = 1, weekdays = [], count, until }) => {
    const names = weekdays.map((name) => KO_WEEKDAYS[name] ?? name).join('·');
    const rhythm = {
      day: interval === 1 ? '매일' : `${interval}일마다`,
      week: `${interval === 1 ? '매주' : `${interval}주마다`}${names === '' ? '' : ` ${names}요일`}`,
      month: interval === 1 ? '매월' : `${interval}개월마다`,
    }[every];
    const end = count !== undefined ? ` 모두 ${count}번` : until !== undefined ? ` ${koDay(until)}까지` : '';
    return `${rhythm}${end}`;
  },
};

const en: ChangeTexts = {
  nothingChanged: 'Nothing was changed.',
  negated: 'All right. Nothing was changed.',
  conditional: 'I cannot act on a condition, so nothing was changed. Tell me again without one when the time has come.',
  several: 'I can only do one thing at a time, so nothing was changed. Please ask for each of them separately.',
  tooLong:
    'These are too many words for me to be sure, so nothing was changed. Please say it again in one short sentence.',
  missing: (what) =>
    `I do not know ${listOf(
      what.map((each) => EN_MISSING[each]),
      ', ',
      ' and ',
    )}, so nothing was added yet. ${what.map((each) => EN_ASK[each]).join(' ')} Just answer that, and I will go on.`,
  unclear: (what) =>
    what === 'title'
      ? 'It is not clear what the event is called, so nothing was changed. Please put the title in quotation marks.'
      : `It is not clear which ${what} is meant, so nothing was changed. Please say exactly one, as in "December 3 at 2pm".`,
  unclearChange:
    'It is not clear what should become of which event, so nothing was changed. Try "move tomorrow\'s standup to 4pm" or "rename tomorrow\'s standup to \'Daily\'".',
  past: (date, time) =>
    `${enDay(date)}${time === null ? '' : ` ${time}`} is past already, so nothing was changed. Please say it again with the day, and with am or pm.`,
  whichDay:
    'I do not know which day the event is on, so nothing was changed. Please name the day, as in "delete tomorrow\'s standup".',
  oneAtATime:
    'I can only change one event at a time, so nothing was changed. Name one day of a repeated event, as in "delete tomorrow\'s standup".',
  noSuchEvent: (range, title, lines) =>
    `There is no ${title === null ? 'event' : `"${title}"`} on ${days(enDay, range)}, so nothing was changed.` +
    (lines.length === 0 ? ' Nothing is planned then.' : ` These are the events:${listed(lines)}`),
  whichEvent: (range, lines) =>
    `It is not clear which event on ${days(enDay, range)} is meant, so nothing was changed. Please say its whole title, or its time.${listed(lines)}`,

  created: (title, when, repeat) =>
    `I added the event.\n\n• ${when} ${title}${repeat === null ? '' : `\nIt repeats ${repeat}.`}`,
  createdAndGone: (title) => `I added "${title}", but it was deleted from the calendar meanwhile.`,
  deleted: (title, when, oneOfSeries) =>
    `I deleted the event.\n\n• ${when} ${title}${oneOfSeries ? '\nOnly this day of the repeated event; the others are as they were.' : ''}`,
  goneAlready: (title) => `${title === null ? 'The event' : `"${title}"`} is not in the calendar any more.`,
  updated: (title, when, oneOfSeries) =>
    `I changed the event.\n\n• ${when} ${title}${oneOfSeries ? '\nOnly this day of the repeated event; the others are as they were.' : ''}`,
  account: (account) => `In the calendar of ${account}.`,

  closed: (kind, title, reason) => {
    const what = `${title === null ? 'the event' : `"${title}"`}`;
    switch (reason) {
      case 'skipped':
        return `I have not ${EN_DONE[kind]} ${what}: you went on without connecting.`;
      case 'expired':
        return `I have not ${EN_DONE[kind]} ${what}: no account was connected, or no yes was given, in time. Ask again whenever you need it.`;
      case 'cancelled':
        return `I have not ${EN_DONE[kind]} ${what}: the request was cancelled.`;
      case 'denied':
        return `I have not ${EN_DONE[kind]} ${what}: you said no.`;
      case 'insufficient':
        return `I have not ${EN_DONE[kind]} ${what}: the connected account lacks a permission. Ask again and allow all of them.`;
    }
  },
  failed: (kind, title, code) => {
    const what = `${title === null ? 'the event' : `"${title}"`}`;
    switch (code) {
      case 'forbidden':
        return `Google does not allow it, so I have not ${EN_DONE[kind]} ${what}.`;
      case 'notFound':
        return `The event is not in the calendar any more, so I have not ${EN_DONE[kind]} ${what}.`;
      case 'conflict':
        return `The event was changed meanwhile, so I have not ${EN_DONE[kind]} ${what}. Look at it as it is now and ask again.`;
      case 'invalidRequest':
        return `Google did not accept it, so I have not ${EN_DONE[kind]} ${what}. Check day and time and ask again.`;
      case 'uncertain':
        return `I might have ${EN_DONE[kind]} ${what}, but I could not make sure. Please look at your calendar. I will not try again by myself.`;
      default:
        return `Something went wrong before I could make sure that ${what} was ${EN_DONE[kind]}. Look at your calendar and ask again in a moment.`;
    }
  },

  when: (from, to) => stretch(enDay, 'all day', from, to),
  repeats: ({ every, interval = 1, weekdays = [], count, until }) => {
    const names = weekdays.map((name) => EN_WEEKDAYS[name] ?? name);
    const rhythm = interval === 1 ? `every ${every}` : `every ${interval} ${every}s`;
    const on = names.length === 0 ? '' : ` on ${listOf(names, ', ', ' and ')}`;
    const end = count !== undefined ? `, ${count} times` : until !== undefined ? `, until ${enDay(until)}` : '';
    return `${rhythm}${on}${end}`;
  },
};

export const changeTexts: Record<Language, ChangeTexts> = { ko, en };

function listOf(words: readonly string[], comma: string, and: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(comma)}${and}${words.at(-1)}`;
}
