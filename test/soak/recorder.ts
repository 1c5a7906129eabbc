import { setTimeout as delay } from 'node:timers/promises';
import { createHttpPerson, type HttpPerson } from '../../infra/local/http-person.ts';

/** Somebody new, and everything that the gateway sends them, as it comes. */
export interface Recorder {
  person: HttpPerson;
  /** Opens the event stream as a page does, and again whenever it ends, until `stop`. Call it after the sign-in. */
  follow(): void;
  answers(): Buffer;
  events(): Buffer;
  stop(): Promise<void>;
}

export function createRecorder(origin: string): Recorder {
  const answers: string[] = [];
  const person = createHttpPerson(origin, ({ headers, text }) => {
    // Where the provider is told `state`, the browser must be told it too; and cookies are the browser's own.
    const told = [...headers].filter(([name]) => name !== 'location' && name !== 'set-cookie');
    answers.push(JSON.stringify(told), text);
  });
  const events: Buffer[] = [];
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    let lastEventId = '';
    while (!stopping.signal.aborted) {
      try {
        const headers = { cookie: person.cookie(), ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) };
        const answer = await fetch(new URL('/api/events', origin), { headers, signal: stopping.signal });
        for await (const chunk of answer.body ?? []) {
          events.push(Buffer.from(chunk));
          lastEventId = /^id: (\d+)$/gm.exec(Buffer.from(chunk).toString('utf8'))?.[1] ?? lastEventId;
        }
      } catch {
        // The gateway was killed, or it stops.
      }
      await delay(200, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    person,
    follow() {
      following = follow();
    },
    answers: () => Buffer.from(answers.join('\n')),
    events: () => Buffer.concat(events),
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
