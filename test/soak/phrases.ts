const DAY_MS = 86_400_000;
/** Changes are spread over this many days, so that no day becomes too full to be listed whole. */
const DAYS = 20;

/** How people ask for changes of an event. It stays on its own day however long a run takes. */
export function createPhrases(startedAt: Date = new Date()) {
  const format = new Intl.DateTimeFormat('ko-KR', { timeZone: 'Asia/Seoul', month: 'long', day: 'numeric' });
  const dayOf = (title: string) => {
    const number = Number(/\d+$/.exec(title)?.[0] ?? 0);
    return format.format(new Date(startedAt.getTime() + (5 + (number % DAYS)) * DAY_MS));
  };
  return {
    create: (title: string) => `${dayOf(title)} 3시에 ${title} 추가해줘`,
    recurring: (title: string) => `매주 월요일 10시에 ${title} 추가해줘`,
    update: (title: string) => `${dayOf(title)} ${title} 4시로 옮겨줘`,
    delete: (title: string) => `${dayOf(title)} ${title} 삭제해줘`,
  };
}

export type Phrases = ReturnType<typeof createPhrases>;
export type ChangeKind = keyof Phrases;

/** Numbers of one length: a title is no part of another one. */
export function titleOf(word: string, number: number): string {
  return `${word}${String(number).padStart(4, '0')}`;
}

/** Which call of the request changes something: a change of an event that is there looks for it first. */
export const CALL_ID: Record<ChangeKind, string> = { create: '1.1', recurring: '1.1', update: '2.1', delete: '2.1' };
