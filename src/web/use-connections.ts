import { useCallback, useMemo, useState } from 'react';
import type { Provider } from '../domain/texts/page.ts';
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
      const known = now === null || now === 'unknown' ? [] : now;
      if ('gone' in event) return known.filter(({ id }) => id !== event.id);
      const isKnown = known.some(({ id }) => id === event.id);
      return isKnown ? known.map((each) => (each.id === event.id ? event : each)) : [...known, event];
    });
  }, []);

  const actions = useMemo(
    () => ({
      /** Begins to connect an account ahead of any request. Returns the address of the connect page. */
      start: (provider: Provider) => api.startConnecting(provider),
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
