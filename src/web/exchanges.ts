import type { ApprovalWaiting, ConsentWaiting, RequestAnswer, WaitingFor } from '../http/contract.ts';
import type { RequestsState, Send } from './requests-state.ts';

/** One bubble pair: a person's words and the one reply to them. At least one of `send` and `request` is there. */
export interface Exchange {
  /** Stays the same from the moment of sending to the answer. */
  key: string;
  send: Send | null;
  request: RequestAnswer | null;
}

/** When the person asked. */
export const askedAt = ({ request, send }: Exchange) => new Date(request?.createdAt ?? send?.sentAt ?? 0);

/** Oldest first; what the server does not know yet comes last. */
export function exchangesOf({ requests, sends }: RequestsState): Exchange[] {
  const sendOf = new Map(sends.map((send) => [send.requestId, send]));
  const known = [...requests.values()]
    .sort((one, other) => compare(one.createdAt, other.createdAt) || compare(one.id, other.id))
    .map((request) => {
      const send = sendOf.get(request.id) ?? null;
      return { key: send?.clientId ?? request.id, send, request };
    });
  const unknown = sends
    .filter((send) => send.requestId === null || !requests.has(send.requestId))
    .map((send) => ({ key: send.clientId, send, request: null }));
  return [...known, ...unknown];
}

/** Requests that wait for their person, oldest first. */
export function waitingRequests(exchanges: readonly Exchange[]): RequestAnswer[] {
  return exchanges.flatMap(({ request }) => (request?.status === 'waiting' ? [request] : []));
}

/** One entry for each account that is asked for: several calls of a request may wait on the same flow. */
export function flowsOf(waitingFor: readonly WaitingFor[]): ConsentWaiting[] {
  const flows = new Map<string, ConsentWaiting>();
  for (const wait of waitingFor) {
    if (wait.kind !== 'connection') continue;
    const known = flows.get(wait.flowId);
    flows.set(wait.flowId, known ? { ...known, scopes: [...new Set([...known.scopes, ...wait.scopes])] } : wait);
  }
  return [...flows.values()];
}

/**
 * The calls that wait for a yes or no. One that is shown anew has another id and the same text: its `key` stays, and with
 * it its place on the page.
 */
export function approvalsOf(waitingFor: readonly WaitingFor[]): (ApprovalWaiting & { key: string })[] {
  const alike = new Map<string, number>();
  return waitingFor.flatMap((wait) => {
    if (wait.kind !== 'approval') return [];
    const before = alike.get(wait.preview) ?? 0;
    alike.set(wait.preview, before + 1);
    return [{ ...wait, key: `${before} ${wait.preview}` }];
  });
}

/** How many requests wait on each flow: one consent wakes them all. */
export function waitersPerFlow(exchanges: readonly Exchange[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const request of waitingRequests(exchanges)) {
    for (const { flowId } of flowsOf(request.waitingFor)) count.set(flowId, (count.get(flowId) ?? 0) + 1);
  }
  return count;
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
