import { useCallback, useMemo, useState } from 'react';
import type { Provider } from '../domain/texts/page.ts';
import type { ConnectionEvent, ConnectionView } from '../http/contract.ts';
import type { Api } from './api.ts';
import { newestList } from './newest-list.ts';

/** The person's accounts, newest news first; null until the first answer, `unknown` when it could not be had. */
export type Connections = readonly ConnectionView[] | 'unknown' | null;

export function useConnections(api: Api) {
  const [connections, setConnections] = useState<Connections>(null);

  const list = useMemo(() => newestList(api.connections), [api]);

  const refresh = useCallback(async () => {
    try {
      setConnections(await list.ask());
    } catch {
      setConnections((now) => now ?? 'unknown');
    }
  }, [list]);

  const isUnknown = connections === 'unknown';
  const merge = useCallback(
    (event: ConnectionEvent) => {
      list.told();
      // One account is no list of them.
      if (isUnknown) void refresh();
      setConnections((now) => {
        if (now === null || now === 'unknown') return now;
        if ('gone' in event) return now.filter(({ id }) => id !== event.id);
        const isKnown = now.some(({ id }) => id === event.id);
        return isKnown ? now.map((each) => (each.id === event.id ? event : each)) : [...now, event];
      });
    },
    [list, isUnknown, refresh],
  );

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
