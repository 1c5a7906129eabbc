import type { DatabaseSync } from 'node:sqlite';

import { transaction } from './database.ts';
import type { EventStore } from './event-store.ts';
import { SEEDED_PEOPLE } from './people.ts';
import { addDays, wallClock, weekdayOf } from './zoned-time.ts';

interface Seed {
  /** 0 is Monday. */
  weekday: number;
  title: string;
  /** `HH:mm`; without them the event takes the whole day. */
  from?: string;
  to?: string;
  location?: string;
}

/** Every weekday has something, so that today and tomorrow are never empty. */
const WEEKS: Record<string, { thisWeek: Seed[]; nextWeek: Seed[]; weekly: Seed }> = {
  'minji@example.com': {
    thisWeek: [
      { weekday: 0, title: '팀 주간 회의', from: '10:00', to: '11:00', location: '회의실 3' },
      { weekday: 1, title: '치과 예약', from: '15:30', to: '16:30', location: '서울 강남구' },
      { weekday: 2, title: '점심 약속', from: '12:00', to: '13:00', location: '을지로' },
      { weekday: 3, title: '디자인 리뷰', from: '14:00', to: '15:00' },
      { weekday: 4, title: '연차' },
      { weekday: 5, title: '등산', from: '09:00', to: '13:00', location: '북한산' },
      { weekday: 6, title: '가족 저녁 식사', from: '18:00', to: '20:00' },
    ],
    nextWeek: [
      { weekday: 0, title: '분기 계획 발표', from: '11:00', to: '12:00', location: '대회의실' },
      { weekday: 2, title: '건강 검진', from: '08:30', to: '10:00' },
      { weekday: 4, title: '프로젝트 마감' },
    ],
    weekly: { weekday: 3, title: '영어 스터디', from: '19:30', to: '20:30', location: '온라인' },
  },
  'alex@example.com': {
    thisWeek: [
      { weekday: 0, title: 'Sprint planning', from: '09:30', to: '10:30', location: 'Room 2' },
      { weekday: 1, title: 'Lunch with Jordan', from: '12:30', to: '13:30' },
      { weekday: 2, title: 'Dentist', from: '16:00', to: '17:00' },
      { weekday: 3, title: 'Team offsite' },
      { weekday: 4, title: 'Design review', from: '14:00', to: '15:00' },
      { weekday: 5, title: 'Museum visit', from: '11:00', to: '13:00' },
      { weekday: 6, title: 'Call parents', from: '20:00', to: '20:30' },
    ],
    nextWeek: [
      { weekday: 1, title: 'Quarterly review', from: '10:00', to: '11:30' },
      { weekday: 3, title: 'Conference' },
      { weekday: 5, title: 'Concert', from: '19:00', to: '22:00' },
    ],
    weekly: { weekday: 2, title: 'Yoga class', from: '18:30', to: '19:30', location: 'Studio 5' },
  },
};

/**
 * Puts events around today: each Monday brings its own, with ids made of the week, so that a server that was last
 * started a month ago has a full week too and a week is never filled twice.
 */
export function seedCalendars(database: DatabaseSync, events: EventStore, now: number): void {
  transaction(database, () => {
    for (const { email, timeZone } of SEEDED_PEOPLE) {
      const weeks = WEEKS[email];
      if (!weeks) continue;
      const today = wallClock(now, timeZone).slice(0, 10);
      const monday = addDays(today, -weekdayOf(today));
      const put = (week: string, name: string, seed: Seed, id: string, recurrence?: string[]) =>
        events.seed(email, `seed${name}${id}`, {
          ...bodyOf(seed, week, timeZone),
          ...(recurrence ? { recurrence } : {}),
        });
      weeks.thisWeek.forEach((seed, index) => put(monday, 'a', seed, `${monday.replaceAll('-', '')}${index}`));
      const nextMonday = addDays(monday, 7);
      weeks.nextWeek.forEach((seed, index) => put(nextMonday, 'b', seed, `${nextMonday.replaceAll('-', '')}${index}`));
      put(monday, 'recurring', weeks.weekly, '', ['RRULE:FREQ=WEEKLY']);
    }
  });
}

function bodyOf(seed: Seed, monday: string, timeZone: string) {
  const day = addDays(monday, seed.weekday);
  const details = { summary: seed.title, ...(seed.location ? { location: seed.location } : {}) };
  if (!seed.from || !seed.to) return { ...details, start: { date: day }, end: { date: addDays(day, 1) } };
  return {
    ...details,
    start: { dateTime: `${day}T${seed.from}:00`, timeZone },
    end: { dateTime: `${day}T${seed.to}:00`, timeZone },
  };
}
