import { useCallback, useState } from 'react';
import type { ConnectionEvent, ConnectionView } from '../http/contract.ts';
import type { Api } from './api.ts';

/** The person's accounts, newest news first; null until the first answer, `unknown` when it could not be had. */
export type Connections = readonly ConnectionView[] | 'unknown' | null;

export function useConnections(api: Api) {
  const [connections, setConnections] = useState<Connections>(null);

  const refresh = useCallback(async () => {
    try {
      setConnections(await api.connections());
    } catch {
      setConnections((now) => now ?? 'unknown');
    }
  }, [api]);

  const merge = useCallback((event: ConnectionEvent) => {
    setConnections((now) => {
      const others = now === null || now === 'unknown' ? [] : now.filter(({ id }) => id !== event.id);
      return 'gone' in event ? others : [...others, event];
    });
  }, []);

  return { connections, refresh, merge };
}
