import type { Fault } from '../../../infra/local/google/faults.ts';
import type { Settings } from '../../../infra/local/google/settings.ts';
import type { Heart } from '../../support/heart.ts';
import { ALEX, MINJI } from './trip.ts';

export type TokenRequests = { exchange: number; refresh: number; revoke: number; refused: number };

/** The levers of the emulated Google. */
export function practiceGoogle({ google }: Heart) {
  const control = async (method: string, name: string, body?: object): Promise<unknown> => {
    const answer = await fetch(new URL(`/_emulator/${name}`, google.address), {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the practice Google answered ${answer.status}`);
    return answer.json();
  };
  /** As people do on their account page; every token of the account is dead. */
  const revoke = (person: string) => control('POST', 'revoke', { person });

  return {
    revoke,
    fault: (fault: Fault) => control('POST', 'faults', fault),
    settings: (settings: Partial<Settings>) => control('POST', 'settings', settings),
    expireAccessTokens: () => control('POST', 'expire-access-tokens'),

    /** What the token endpoints did since the start, over all accounts. */
    async tokenRequests(): Promise<TokenRequests> {
      const { grants } = (await control('GET', 'token-requests')) as { grants: TokenRequests[] };
      const sum = (name: keyof TokenRequests) => grants.reduce((total, grant) => total + grant[name], 0);
      return { exchange: sum('exchange'), refresh: sum('refresh'), revoke: sum('revoke'), refused: sum('refused') };
    },

    /** A healthy Google that nobody has allowed anything. */
    async reset(): Promise<void> {
      await control('DELETE', 'faults');
      await control('POST', 'settings', { accessTokenTtl: 3600, rotate: false });
      for (const person of [MINJI, ALEX]) await revoke(person);
    },
  };
}
