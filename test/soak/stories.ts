import { eventIdOf } from '../../activities/tools/calendar-create-event.ts';
import { effectKey } from '../../src/connections/effect-key.ts';
import type { Change, Trip } from './cuts.ts';
import { createHeld } from './held.ts';
import { connectOwner } from './judge.ts';
import { createSoakPerson, insist, type SoakPerson } from './person.ts';
import { CALL_ID, createPhrases, titleOf, type ChangeKind } from './phrases.ts';
import type { SteeredSystem } from './steered-system.ts';

/** A person with an account of their own, and the event that their first request asked for. */
export interface Story {
  person: SoakPerson;
  userId: string;
  requestId: string;
  title: string;
  eventId: string;
}

/** A request on its way to a cut. */
export interface OnItsWay<Subject> {
  subject: Subject;
  person: SoakPerson;
  /** What findings about it are recognised by. */
  tokens: string[];
  /** What the person does next, which leads there. @returns the request's id */
  go(): Promise<string>;
}

const EVENTS = '/calendar/v3/calendars/primary/events';

/** Brings people to where they can be cut: with a browser on its way back, or with a change to ask for. */
export function createStories(world: SteeredSystem) {
  const { system, google } = world;
  const phrases = createPhrases();
  const stories: Story[] = [];
  /** Of everything that anybody asked. */
  const requestIds: string[] = [];

  async function ask(person: SoakPerson, text: string): Promise<string> {
    const requestId = await person.ask(text);
    requestIds.push(requestId);
    return requestId;
  }

  /** Somebody whose first request waits for consent, or will. */
  async function begin(): Promise<Story> {
    const title = titleOf('회의', stories.length + 1);
    const account = `person-${stories.length + 1}@example.com`;
    await google.addPerson(account);
    const person = createSoakPerson(system.publicUrl, account);
    await person.signIn();
    const requestId = await ask(person, phrases.create(title));
    const eventId = eventIdOf(effectKey({ requestId, callId: CALL_ID.create }));
    const [row] = await query<{ userId: string }>('SELECT user_id AS "userId" FROM request WHERE id = $1', [requestId]);
    const story = { person, userId: row?.userId ?? '', requestId, title, eventId };
    stories.push(story);
    return story;
  }

  /** The story with this number; it and all before it are connected. */
  async function connected(index: number): Promise<Story> {
    while (stories.length <= index) {
      const { person, requestId } = await begin();
      await person.seeThrough(requestId);
    }
    return stories[index]!;
  }

  async function query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const sql = await connectOwner(system);
    try {
      return (await sql.query<Row>(text, values)).rows;
    } finally {
      await sql.end();
    }
  }

  return {
    requestIds,
    connected,

    async attemptStatus(attemptId: string): Promise<string> {
      const [row] = await query<{ status: string }>('SELECT status FROM attempt WHERE id = $1', [attemptId]);
      return row?.status ?? 'gone';
    },

    /** Somebody new, at the provider, who has just allowed it. */
    async trip(): Promise<OnItsWay<Trip>> {
      const { person, userId, requestId, eventId } = await begin();
      const link = await person.link(requestId);
      const back = await insist(() => person.consent(link));
      const [attempt] = await query<{ attemptId: string; flowId: string }>(
        `SELECT id AS "attemptId", flow_id AS "flowId" FROM attempt
         WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1`,
        [userId],
      );
      if (!attempt) throw new Error('a browser that was sent to the provider is an attempt');
      const answering = createHeld('the answer to the callback');
      return {
        subject: { userId, code: back.searchParams.get('code') ?? '', answering: answering.held, ...attempt },
        person,
        tokens: [requestId, attempt.attemptId, eventId],
        go() {
          void person.open(back.href, answering.arrive);
          return Promise.resolve(requestId);
        },
      };
    },

    /** The story with this number is about to ask for a change. */
    async change(kind: ChangeKind, index: number): Promise<OnItsWay<Change>> {
      const { person, userId, ...first } = await connected(index);
      const isNew = kind === 'create' || kind === 'recurring';
      const title = isNew ? titleOf(kind === 'create' ? '점검' : '정기', requestIds.length) : first.title;
      const tokens = isNew ? [] : [first.eventId];
      return {
        subject: {
          userId,
          earlier: [...requestIds],
          callId: CALL_ID[kind],
          method: isNew ? 'POST' : kind === 'update' ? 'PATCH' : 'DELETE',
          path: isNew ? EVENTS : `${EVENTS}/${first.eventId}`,
          ...(isNew ? { body: title } : {}),
        },
        person,
        tokens,
        async go() {
          const requestId = await ask(person, phrases[kind](title));
          tokens.push(requestId, ...(isNew ? [eventIdOf(effectKey({ requestId, callId: CALL_ID[kind] }))] : []));
          return requestId;
        },
      };
    },
  };
}
