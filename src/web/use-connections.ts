import { useCallback, useMemo, useState } from 'react';
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

  const actions = useMemo(
    () => ({
      consequences: (id: string) => api.consequences(id),
      disconnect: async (id: string) => {
        await api.disconnect(id);
        merge({ id, gone: true });
      },
    }),
    [api, merge],
  );

  return { connections, refresh, merge, actions };
}

export type ConnectionActions = ReturnType<typeof useConnections>['actions'];
