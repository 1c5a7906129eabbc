/** How long an answer of Discord about a membership holds. */
const SERVED_MS = 10 * 60_000;
const NOT_SERVED_MS = 60_000;
const ASK_MS = 10_000;
/** Somebody who is not served is told once in this time, whatever they send. */
const TOLD_MS = 24 * 60 * 60_000;
const REMEMBERED = 10_000;

/** MO-3: who is served, remembered for a while, and who was told that they are not. */
export interface ServedPeople {
  /** @throws when Discord has to be asked and does not answer */
  isServed(discordId: string): Promise<boolean>;
  /** False for a day after somebody was told that they are not served. */
  mayTell(discordId: string): boolean;
  wasTold(discordId: string): void;
}

export function rememberServedPeople(ask: (discordId: string, signal: AbortSignal) => Promise<boolean>): ServedPeople {
  const known = new Map<string, { served: boolean; until: number }>();
  const told = new Map<string, number>();
  return {
    async isServed(discordId) {
      const remembered = known.get(discordId);
      if (remembered !== undefined && remembered.until > Date.now()) return remembered.served;
      const served = await ask(discordId, AbortSignal.timeout(ASK_MS));
      remember(known, discordId, { served, until: Date.now() + (served ? SERVED_MS : NOT_SERVED_MS) });
      return served;
    },
    mayTell: (discordId) => (told.get(discordId) ?? 0) <= Date.now(),
    wasTold: (discordId) => remember(told, discordId, Date.now() + TOLD_MS),
  };
}

/** Bounded: strangers cannot fill the memory. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
