const DAY_MS = 86_400_000;

/** How people ask for changes of one event, on a day that is the same whenever in a long run they ask. */
export function createPhrases(startedAt: Date = new Date()) {
  const day = new Intl.DateTimeFormat('ko-KR', { timeZone: 'Asia/Seoul', month: 'long', day: 'numeric' }).format(
    new Date(startedAt.getTime() + 5 * DAY_MS),
  );
  return {
    create: (title: string) => `${day} 3시에 ${title} 추가해줘`,
    recurring: (title: string) => `매주 월요일 10시에 ${title} 추가해줘`,
    update: (title: string) => `${day} ${title} 4시로 옮겨줘`,
    delete: (title: string) => `${day} ${title} 삭제해줘`,
  };
}

export type ChangeKind = keyof ReturnType<typeof createPhrases>;

/** Which call of the request changes something: a change of an event that is there looks for it first. */
export const CALL_ID: Record<ChangeKind, string> = { create: '1.1', recurring: '1.1', update: '2.1', delete: '2.1' };
