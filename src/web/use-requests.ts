import { useCallback, useMemo, useReducer, useState } from 'react';
import type { ApprovalBody, RequestAnswer } from '../http/contract.ts';
import { PAGE_SIZE, type Api, type ApiFault } from './api.ts';
import { exchangesOf } from './exchanges.ts';
import { NO_REQUESTS, reduceRequests } from './requests-state.ts';

/**
 * A person's requests and what can be done with them. `onRefused` gets the words of a message that the server refused
 * because the session had ended.
 */
export function useRequests(api: Api, onRefused: (text: string) => void) {
  const [state, tell] = useReducer(reduceRequests, NO_REQUESTS);
  const [loadFault, setLoadFault] = useState<ApiFault | null>(null);
  const exchanges = useMemo(() => exchangesOf(state), [state]);

  const merge = useCallback((request: RequestAnswer) => tell({ kind: 'changed', requests: [request] }), []);

  /** The newest page, and whatever waits, however old it is. */
  const refresh = useCallback(async () => {
    try {
      const [requests, waiting] = await Promise.all([api.requests(null), api.waiting()]);
      const listed = new Set(requests.map((request) => request.id));
      const unlisted = [...new Set(waiting.map((wait) => wait.requestId))].filter((id) => !listed.has(id));
      const older = await Promise.all(unlisted.map((id) => api.request(id)));
      tell({ kind: 'changed', requests: older });
      tell({ kind: 'listed', requests, hasMore: requests.length === PAGE_SIZE, older: false });
      setLoadFault(null);
    } catch (fault) {
      setLoadFault(fault as ApiFault);
    }
  }, [api]);

  const { oldestListed } = state;
  /** Gets the next older page; calling what it returns shows it. */
  const loadOlder = useCallback(async () => {
    const requests = await api.requests(oldestListed);
    return () => tell({ kind: 'listed', requests, hasMore: requests.length === PAGE_SIZE, older: true });
  }, [api, oldestListed]);

  const deliver = useCallback(
    async (clientId: string, text: string) => {
      tell({ kind: 'sending', clientId, text, sentAt: new Date().toISOString() });
      try {
        const { requestId } = await api.send({ text, clientId });
        tell({ kind: 'accepted', clientId, requestId });
      } catch (fault) {
        if ((fault as ApiFault).status === 401) {
          tell({ kind: 'discarded', clientId });
          onRefused(text);
        } else tell({ kind: 'notSent', clientId, fault: fault as ApiFault });
      }
    },
    [api, onRefused],
  );

  const actions = useMemo(
    () => ({
      send: (text: string) => void deliver(crypto.randomUUID(), text),
      /** The same client id: a message that did arrive is not asked twice. */
      sendAgain: (clientId: string, text: string) => void deliver(clientId, text),
      discard: (clientId: string) => tell({ kind: 'discarded', clientId }),
      cancel: (id: string) => api.cancel(id),
      skip: (id: string, flowId: string) => api.skip(id, flowId),
      decide: (approvalId: string, decision: ApprovalBody['decision']) => api.decide(approvalId, decision),
      restart: async (id: string) => {
        const { requestId } = await api.restart(id);
        merge(await api.request(requestId));
        return requestId;
      },
      /** Brings a request that is not in the list. */
      find: async (id: string) => merge(await api.request(id)),
    }),
    [api, deliver, merge],
  );

  const { loaded, hasMore } = state;
  return useMemo(
    () => ({ exchanges, loaded, hasMore, loadFault, refresh, loadOlder, merge, actions }),
    [exchanges, loaded, hasMore, loadFault, refresh, loadOlder, merge, actions],
  );
}

export type RequestActions = ReturnType<typeof useRequests>['actions'];
