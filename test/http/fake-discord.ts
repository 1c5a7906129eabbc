import type { Login, Logins } from '../../src/ports/logins.ts';
import type { DiscordParts } from '../../src/http/parts.ts';
import type { SignedInAccount, SignInProvider } from '../../src/ports/sign-in-provider.ts';
import type { Answer, Ask, Http } from './http-fixture.ts';

export const DISCORD = 'https://discord.example';
export const KIM_AT_DISCORD: SignedInAccount = {
  subject: '100000000000000001',
  displayName: 'Kim',
  language: 'ko',
};

export type Identify = SignInProvider['identify'];

/**
 * Discord's side of a sign-in without Discord: addresses that nobody visits, logins in memory that count once as the
 * rows do, and an identity that the test chooses.
 */
export function fakeDiscord(given: { identify?: Identify; isServed?: DiscordParts['isServed'] } = {}) {
  const kept = new Map<string, Login>();
  const identified: { code: string; codeVerifier: string }[] = [];
  const logins: Logins = {
    start: async (login) => void kept.set(login.id, { ...login, usedAt: null }),
    find: async (stateHash) => {
      const found = [...kept.values()].find((each) => each.stateHash.equals(stateHash));
      return found ? { ...found } : null;
    },
    burn: async (id) => {
      const login = kept.get(id);
      if (!login || login.usedAt || login.expiresAt <= new Date()) return false;
      kept.set(id, { ...login, usedAt: new Date() });
      return true;
    },
  };
  const parts: DiscordParts = {
    signIn: {
      authorizationOrigin: DISCORD,
      issuer: DISCORD,
      authorizationUrl: ({ state, codeChallenge, chooseAccount }) => {
        const query = new URLSearchParams({ state, codeChallenge, chooseAccount: String(chooseAccount) });
        return new URL(`/oauth2/authorize?${query.toString()}`, DISCORD);
      },
      identify: async (grant, signal) => {
        identified.push(grant);
        return given.identify ? given.identify(grant, signal) : KIM_AT_DISCORD;
      },
    },
    logins,
    isServed: given.isServed ?? (async () => true),
  };
  /** Ten minutes go by. */
  const expireAll = (): void => {
    for (const [id, login] of kept) kept.set(id, { ...login, expiresAt: new Date() });
  };
  return { parts, kept, identified, expireAll };
}

export interface Trip {
  answer: Answer;
  state: string;
  codeChallenge: string;
  chooseAccount: boolean;
  /** As the browser sends it back. */
  cookie: string;
}

/** Begins a sign-in as a browser would and reads where it was sent. */
export async function begin(http: Http, ask: Partial<Ask> = {}): Promise<Trip> {
  const answer = await http.ask({ path: '/auth/discord/login', ...ask });
  const { searchParams } = new URL(answer.headers.location ?? '', 'http://nowhere.example');
  const cookie = answer.cookies.find((each) => each.includes('login-'))?.split(';')[0] ?? '';
  return {
    answer,
    state: searchParams.get('state') ?? '',
    codeChallenge: searchParams.get('codeChallenge') ?? '',
    chooseAccount: searchParams.get('chooseAccount') === 'true',
    cookie,
  };
}
