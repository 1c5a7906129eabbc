import { useCallback, useEffect, useState } from 'react';
import type { SessionAnswer, SignedOutAnswer } from '../http/contract.ts';
import type { Api, ApiFault } from './api.ts';

export type SessionState =
  | { kind: 'loading' }
  | { kind: 'signedOut'; place: SignedOutAnswer }
  | { kind: 'signedIn'; session: SessionAnswer }
  | { kind: 'unknown'; fault: ApiFault };

/** Who is signed in. `refresh` asks the server again: after signing in or out, and whenever a call was answered 401. */
export function useSession(api: Api): [SessionState, () => Promise<void>] {
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

  useEffect(() => void refresh(), [refresh]);
  return [state, refresh];
}
