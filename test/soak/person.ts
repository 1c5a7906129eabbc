import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createHttpPerson, type HttpPerson, type SeenRequest } from '../../infra/local/http-person.ts';
import { walkConsent } from '../../infra/local/google/walk-consent.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { SETTLE_MS } from './judge.ts';

/** Somebody who does not give up: what fails on the way is tried again, as a browser page does. */
export type SoakPerson = ReturnType<typeof createSoakPerson>;

/** @param account their address at the provider, and their name here */
export function createSoakPerson(origin: string, account: string, person: HttpPerson = createHttpPerson(origin)) {
  /** Of everything this person asked, in order. */
  const requestIds: string[] = [];
  /** What the provider sent back with the browser, each time. */
  const trips: { state: string; code: string }[] = [];

  /** From the link to the address that the provider sends the browser back to, which is not opened. */
  async function consent(link: string, decision: 'allow' | 'deny' = 'allow'): Promise<URL> {
    const started = await person.send(`${link}/start`, { method: 'POST', form: {} });
    if (started.status !== 303) throw new Error(`connect answered ${started.status}`);
    const back = await walkConsent(started.headers.get('location') ?? '', { account, decision });
    trips.push({ state: back.searchParams.get('state') ?? '', code: back.searchParams.get('code') ?? '' });
    return back;
  }

  return {
    account,
    requestIds,
    trips,
    consent,
    signIn: () => insist(async () => (await person.signIn(account), true)),

    /** However often it is sent, it is one request: the client id is the same each time. */
    async ask(text: string): Promise<string> {
      const clientId = randomUUID();
      const requestId = await insist(async () => {
        const answer = await person.send('/api/messages', { method: 'POST', json: { text, clientId } });
        if (answer.status !== 202) throw new Error(`the message answered ${answer.status}`);
        return (JSON.parse(answer.text) as { requestId: string }).requestId;
      });
      requestIds.push(requestId);
      return requestId;
    },

    look: (requestId: string): Promise<SeenRequest> => insist(() => person.look(requestId)),

    /** The link that a request waits with. */
    link: (requestId: string): Promise<string> =>
      insist(async () => (await person.look(requestId)).waitingFor[0]?.link ?? null),

    /** Opens an address as the browser does; null when no answer came. */
    open: (address: string, onHeaders?: () => void) =>
      person.send(address, onHeaders ? { onHeaders } : {}).catch(() => null),

    /** Waits for the end of a request, and gives consent whenever it is asked for, with a pause before each time. */
    async seeThrough(requestId: string, pauseMs = 0): Promise<SeenRequest> {
      const deadline = Date.now() + 2 * SETTLE_MS;
      while (Date.now() < deadline) {
        const seen = await insist(() => person.look(requestId));
        if (ENDED.has(seen.status)) return seen;
        const link = seen.waitingFor[0]?.link;
        if (seen.status === 'waiting' && link !== undefined) {
          await waitFor(async () => (await person.look(requestId)).status !== 'waiting', pauseMs, 1_000);
          if ((await insist(() => person.look(requestId))).status !== 'waiting') continue;
          await consent(link)
            .then((back) => person.send(back.href))
            .catch(() => null);
          await waitFor(async () => (await person.look(requestId)).status !== 'waiting', 5_000, 200);
        }
        await delay(500);
      }
      throw new Error(`request ${requestId} did not end within ${(2 * SETTLE_MS) / 1000} s`);
    },
  };
}

const ENDED = new Set(['done', 'failed', 'cancelled', 'expired']);

/** Tries again until there is an answer. @throws after three minutes, with what went wrong last */
export async function insist<T>(work: () => Promise<T | null>): Promise<T> {
  let last: unknown;
  const answer = await waitFor(
    async () => {
      const value = await work().catch((error: unknown) => {
        last = error;
        return null;
      });
      return value === null ? undefined : { value };
    },
    SETTLE_MS,
    250,
  );
  if (!answer) throw new Error('a person gave up after three minutes of trying', { cause: last });
  return answer.value;
}
