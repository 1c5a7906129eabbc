import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../infra/local/google/faults.ts';
import { createHeld, type Held } from './held.ts';

export interface ProviderEffect {
  kind: 'list' | 'insert' | 'patch' | 'update' | 'delete';
  person: string;
  eventId: string | null;
}

export type GoogleControl = ReturnType<typeof createGoogleControl>;

/** The practice Google from outside: its people, its faults on demand, and its own ledger of what it really did. */
export function createGoogleControl(address: string) {
  async function control(method: 'GET' | 'POST' | 'DELETE', name: string, body?: object): Promise<unknown> {
    const answer = await fetch(new URL(`/_emulator/${name}`, address), {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`the practice Google answered ${answer.status} to ${name}`);
    return answer.json();
  }

  return {
    async addPerson(email: string): Promise<void> {
      await control('POST', 'people', { email });
    },

    async ledger(): Promise<ProviderEffect[]> {
      return ((await control('GET', 'ledger')) as { effects: ProviderEffect[] }).effects;
    },

    async fault(fault: Fault): Promise<void> {
      await control('POST', 'faults', fault);
    },

    /** How many more requests the faults on demand will hit. */
    async faultsLeft(): Promise<number> {
      const { pending } = (await control('GET', 'faults')) as { pending: { times: number }[] };
      return pending.reduce((sum, { times }) => sum + times, 0);
    },

    /** Stops the next request that fits: before Google does it, or when it is done and before the answer. */
    async hold(at: { method: string; path: string; body?: string; when: 'before' | 'after' }): Promise<Held> {
      const { method, path, body, when } = at;
      const { held, arrive, decided } = createHeld(`${method} ${path} ${body ?? ''}`);
      const name = randomUUID();
      await control('POST', 'faults', {
        ...{ name, method, path, hold: true, afterEffect: when === 'after' },
        ...(body === undefined ? {} : { body }),
      });
      const given = new AbortController();
      void (async () => {
        while (!given.signal.aborted) {
          const { held: now } = (await control('GET', 'faults')) as { held: { name: string }[] };
          if (now.some((each) => each.name === name)) return arrive();
          await delay(20);
        }
      })().catch(() => undefined);
      void decided.then((how) => {
        given.abort();
        return control('POST', 'release', { name, drop: how === 'drop' }).catch(() => undefined);
      });
      return held;
    },

    /** Whoever acts next has to refresh first. */
    async expireAccessTokens(): Promise<void> {
      await control('POST', 'expire-access-tokens');
    },

    async clearFaults(): Promise<void> {
      await control('DELETE', 'faults');
    },
  };
}
