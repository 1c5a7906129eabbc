import type { Provider } from './words.ts';

const GOOGLE = 'https://www.googleapis.com/auth/';

export const SCOPES = {
  calendarEvents: `${GOOGLE}calendar.events`,
  calendarEventsRead: `${GOOGLE}calendar.events.readonly`,
} as const;

/** What a wider scope allows besides itself. Source: Google's scope descriptions. */
const IMPLIED: Record<string, readonly string[]> = {
  [`${GOOGLE}calendar`]: [SCOPES.calendarEvents, SCOPES.calendarEventsRead],
  [`${GOOGLE}calendar.readonly`]: [SCOPES.calendarEventsRead],
  [SCOPES.calendarEvents]: [SCOPES.calendarEventsRead],
};

/** Scopes that only tell who somebody is; no tool needs them. Google reports short and long names of the same. */
const SIGN_IN: Record<Provider, readonly string[]> = {
  google: ['openid', 'email', 'profile', `${GOOGLE}userinfo.email`, `${GOOGLE}userinfo.profile`],
  github: [],
  claude: [],
};

/** Granted scopes with everything they imply, sorted, without sign-in scopes: the form in which rows keep them. */
export function effectiveScopes(provider: Provider, granted: readonly string[]): string[] {
  const signIn = new Set(SIGN_IN[provider]);
  const all = granted.filter((scope) => !signIn.has(scope)).flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])]);
  return [...new Set(all)].sort();
}

/** Needed scopes that are not granted. */
export function missingScopes(needs: readonly string[], granted: readonly string[]): string[] {
  return needs.filter((scope) => !granted.includes(scope));
}

export function unionOfScopes(...sets: (readonly string[])[]): string[] {
  return [...new Set(sets.flat())].sort();
}
