import { createHash, randomUUID } from 'node:crypto';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Calendar, CalendarEvent, NewEvent } from '../../src/ports/calendar.ts';
import type { OAuthProvider, TokenGrant } from '../../src/ports/oauth-provider.ts';
import type { ProviderFailureKind } from '../../src/ports/provider-failure.ts';
import { REDIRECT_URI } from '../support/heart.ts';

/** Something that the provider did for us. */
export interface Effect {
  /** The key that we sent. */
  key: string;
  title: string;
}

export interface Sending {
  key: string;
  title: string;
}

interface Grant {
  subject: string;
  scopes: readonly string[];
  /** Null while it is alive. */
  endedBy: 'us' | 'the person' | null;
}

interface Code {
  grant: Grant;
  challenge: string;
}

/**
 * A provider in memory, at our own ports: accounts, codes that work once, tokens, grants that end as a whole, and a
 * calendar with a ledger of what was really done.
 */
export function createPracticeProvider(options: {
  takesOurKey: boolean;
  /** Which sendings, counted from 1, are done although the answer is a failure. */
  lostAnswers: readonly number[];
  fail: (kind: ProviderFailureKind) => Error;
}) {
  const { takesOurKey, lostAnswers, fail } = options;
  const codes = new Map<string, Code>();
  const access = new Map<string, { grant: Grant; accepted: boolean }>();
  const refresh = new Map<string, Grant>();
  const effects: Effect[] = [];
  const sendings: Sending[] = [];

  const issue = (grant: Grant, withRefresh: boolean): TokenGrant => {
    const [accessToken, refreshToken] = [randomUUID(), withRefresh ? randomUUID() : null];
    access.set(accessToken, { grant, accepted: true });
    if (refreshToken !== null) refresh.set(refreshToken, grant);
    return { accessToken, refreshToken, expiresAt: null, scopes: grant.scopes };
  };
  const isGood = (accessToken: string): boolean => {
    const token = access.get(accessToken);
    return token !== undefined && token.accepted && token.grant.endedBy === null;
  };
  /** Whoever may change events may see them too. */
  const grantOf = (accessToken: string, allows: readonly string[] = []): Grant => {
    const token = access.get(accessToken);
    if (token === undefined || !isGood(accessToken)) throw fail('unauthorized');
    if (allows.length > 0 && !allows.some((scope) => token.grant.scopes.includes(scope))) throw fail('forbidden');
    return token.grant;
  };
  /** A provider ends everything that an account has allowed. */
  const endGrants = (subject: string, by: 'us' | 'the person'): void => {
    for (const { grant } of access.values()) {
      if (grant.subject === subject) grant.endedBy ??= by;
    }
  };

  const oauth: OAuthProvider = {
    provider: 'google',
    redirectUri: REDIRECT_URI,
    authorizationOrigin: 'https://provider.example',
    issuer: 'https://provider.example',
    authorizationUrl({ state, codeChallenge, scopes }) {
      const url = new URL('https://provider.example/authorize');
      url.search = new URLSearchParams({ state, challenge: codeChallenge, scope: scopes.join(' ') }).toString();
      return url;
    },
    exchange({ code, codeVerifier }) {
      const found = codes.get(code);
      codes.delete(code);
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
      if (found === undefined || found.challenge !== challenge) return Promise.reject(fail('invalidGrant'));
      return Promise.resolve(issue(found.grant, true));
    },
    identify: async (accessToken) => {
      const { subject } = await Promise.resolve(grantOf(accessToken));
      return { subject, label: `${subject.slice(0, 8)}@example.com` };
    },
    refresh(refreshToken) {
      const grant = refresh.get(refreshToken);
      if (grant === undefined || grant.endedBy !== null) return Promise.reject(fail('invalidGrant'));
      return Promise.resolve(issue(grant, false));
    },
    revoke(token) {
      const grant = refresh.get(token) ?? access.get(token)?.grant;
      if (grant !== undefined) endGrants(grant.subject, 'us');
      return Promise.resolve();
    },
  };

  const eventOf = (id: string, title: string): CalendarEvent => {
    const [start, end] = ['2026-11-24T10:00:00+09:00', '2026-11-24T11:00:00+09:00'];
    return { id, title, start, end, allDay: false, location: null, oneOfSeries: false };
  };
  const unused = () => Promise.reject(new Error('no story changes or deletes events'));
  const calendar: Calendar = {
    listEvents: async (accessToken) => {
      await Promise.resolve(grantOf(accessToken, [SCOPES.calendarEventsRead, SCOPES.calendarEvents]));
      return { timeZone: 'Asia/Seoul', events: [], truncated: false };
    },
    createEvent: async (accessToken, { id, title }: NewEvent) => {
      await Promise.resolve(grantOf(accessToken, [SCOPES.calendarEvents]));
      sendings.push({ key: id, title });
      if (takesOurKey && effects.some(({ key }) => key === id)) throw fail('conflict');
      effects.push({ key: id, title });
      if (lostAnswers.includes(sendings.length)) throw fail('timeout');
      return eventOf(id, title);
    },
    findEvent: async (accessToken, id) => {
      await Promise.resolve(grantOf(accessToken, [SCOPES.calendarEventsRead, SCOPES.calendarEvents]));
      const found = takesOurKey ? effects.find(({ key }) => key === id) : undefined;
      return found === undefined ? null : { event: eventOf(id, found.title), version: '1', effects: [] };
    },
    updateEvent: unused,
    deleteEvent: unused,
  };

  return {
    oauth,
    calendar,
    effects,
    /** Every time that a write reached the provider with a token that it takes. */
    sendings,
    isGood,
    /** Who ended the grant of this token; null when nobody did. */
    endedBy: (accessToken: string) => access.get(accessToken)?.grant.endedBy ?? null,

    /** What a person does on the provider's pages: the code that the browser brings back. */
    approve(authorizationUrl: URL, subject: string, scopes: readonly string[]): string {
      const code = randomUUID();
      const challenge = authorizationUrl.searchParams.get('challenge') ?? '';
      codes.set(code, { grant: { subject, scopes, endedBy: null }, challenge });
      return code;
    },
    revokeAtProvider: (subject: string) => endGrants(subject, 'the person'),
    refuseTokens(): void {
      for (const token of access.values()) token.accepted = false;
    },
  };
}

export type PracticeProvider = ReturnType<typeof createPracticeProvider>;
