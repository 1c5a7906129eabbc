import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ApprovalBody, RequestAnswer } from '../http/contract.ts';
import { PAGE_SIZE, type Api, type ApiFault } from './api.ts';
import { exchangesOf } from './exchanges.ts';
import { NO_REQUESTS, reduceRequests } from './requests-state.ts';

const ASK_AGAIN_MS = 5_000;

/**
 * A person's requests and what can be done with them. `onRefused` gets the words of a message that the server refused
 * because the session had ended.
 */
export function useRequests(api: Api, onRefused: (text: string) => void) {
  const [state, tell] = useReducer(reduceRequests, NO_REQUESTS);
  const [loadFault, setLoadFault] = useState<ApiFault | null>(null);
  const exchanges = useMemo(() => exchangesOf(state), [state]);

  const known = useRef(state.requests);
  useEffect(() => {
    known.current = state.requests;
  });

  const merge = useCallback((request: RequestAnswer) => tell({ kind: 'changed', requests: [request] }), []);

  /** The newest page, whatever waits, and whatever was under way when it was last heard of, however old it is. */
  const refresh = useCallback(async () => {
    try {
      const [requests, waiting] = await Promise.all([api.requests(null), api.waiting()]);
      const listed = new Set(requests.map((request) => request.id));
      const underWay = [...known.current.values()].filter(({ finishedAt }) => finishedAt === null);
      const ids = new Set([...waiting.map((wait) => wait.requestId), ...underWay.map(({ id }) => id)]);
      const older = await Promise.all([...ids].filter((id) => !listed.has(id)).map((id) => api.request(id)));
      tell({ kind: 'changed', requests: older });
      tell({ kind: 'listed', requests, hasMore: requests.length === PAGE_SIZE, older: false });
      setLoadFault(null);
    } catch (fault) {
      setLoadFault(fault as ApiFault);
    }
  }, [api]);

  // What was missed is not told again by anybody: it is asked for until it is there. Without a list a person sees why.
  const { loaded } = state;
  const missed = loaded ? loadFault : null;
  useEffect(() => {
    if (missed === null) return;
    const timer = setTimeout(() => void refresh(), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [missed, refresh]);

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

  const { hasMore } = state;
  return useMemo(
    () => ({ exchanges, loaded, hasMore, loadFault, refresh, loadOlder, merge, actions }),
    [exchanges, loaded, hasMore, loadFault, refresh, loadOlder, merge, actions],
  );
}

export type RequestActions = ReturnType<typeof useRequests>['actions'];
