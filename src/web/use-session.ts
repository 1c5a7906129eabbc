import { useCallback, useEffect, useState } from 'react';
import type { SessionAnswer } from '../http/contract.ts';
import type { Api, ApiFault } from './api.ts';

/** What a sign-in page needs to know. */
export type SignInPlace = Omit<SessionAnswer, 'user'>;

export type SessionState =
  | { kind: 'loading' }
  | { kind: 'signedOut'; place: SignInPlace }
  | { kind: 'signedIn'; session: SessionAnswer }
  | { kind: 'unknown'; fault: ApiFault };

/**
 * Who is signed in. `refresh` asks the server again: after signing in, and whenever a call was answered 401. `leave` is
 * for whoever has signed out: the page needs no answer to know it.
 */
export function useSession(api: Api): { state: SessionState; refresh: () => Promise<void>; leave: () => void } {
  const [state, setState] = useState<SessionState>({ kind: 'loading' });

  const refresh = useCallback(async () => {
    try {
      const answer = await api.session();
      setState('user' in answer ? { kind: 'signedIn', session: answer } : { kind: 'signedOut', place: answer });
    } catch (fault) {
      // Whoever is signed in stays so: an outage must not take the conversation off the screen.
      setState((now) => (now.kind === 'signedIn' ? now : { kind: 'unknown', fault: fault as ApiFault }));
    }
  }, [api]);

  const leave = useCallback(
    () => setState((now) => (now.kind === 'signedIn' ? { kind: 'signedOut', place: now.session } : now)),
    [],
  );

  useEffect(() => void refresh(), [refresh]);
  return { state, refresh, leave };
}
