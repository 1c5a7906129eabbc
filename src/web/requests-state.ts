import type { RequestAnswer } from '../http/contract.ts';
import type { ApiFault } from './api.ts';

/** A message on its way to the server; afterwards it keeps the bubble's place and identity. */
export interface Send {
  clientId: string;
  text: string;
  state: 'sending' | 'failed' | 'accepted';
  requestId: string | null;
  fault: ApiFault | null;
  /** By this browser's clock, ISO 8601. */
  sentAt: string;
  /** `createdAt` of the newest request known when it was sent: what answers it can only be newer. */
  sentAfter: string;
}

export interface RequestsState {
  loaded: boolean;
  requests: ReadonlyMap<string, RequestAnswer>;
  sends: readonly Send[];
  /** `createdAt` of the oldest listed request; null before the first page. */
  oldestListed: string | null;
  hasMore: boolean;
}

export type RequestsChange =
  | { kind: 'listed'; requests: readonly RequestAnswer[]; hasMore: boolean; older: boolean }
  | { kind: 'changed'; requests: readonly RequestAnswer[] }
  | { kind: 'sending'; clientId: string; text: string; sentAt: string }
  | { kind: 'accepted'; clientId: string; requestId: string }
  | { kind: 'notSent'; clientId: string; fault: ApiFault }
  | { kind: 'discarded'; clientId: string };

export const NO_REQUESTS: RequestsState = {
  loaded: false,
  requests: new Map(),
  sends: [],
  oldestListed: null,
  hasMore: false,
};

/** What the page knows about a person's requests after one more piece of news. Pure; news may come in any order. */
export function reduceRequests(state: RequestsState, change: RequestsChange): RequestsState {
  switch (change.kind) {
    case 'listed': {
      const merged = { ...merge(state, change.requests), loaded: true };
      const [oldest] = change.requests.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
      // More may have come than one page holds: what is between it and what was known is not there then.
      const leavesHole = change.hasMore && oldest !== undefined && !state.requests.has(oldest.id);
      // Any other renewed first page says nothing about how far back the list already goes.
      if (state.loaded && !change.older && !leavesHole) return merged;
      return { ...merged, oldestListed: oldest?.createdAt ?? state.oldestListed, hasMore: change.hasMore };
    }
    case 'changed':
      return merge(state, change.requests);
    case 'sending': {
      const sentAfter = [...state.requests.values()].reduce((newest, { createdAt }) => max(newest, createdAt), '');
      const { clientId, text, sentAt } = change;
      const send: Send = { clientId, text, sentAt, state: 'sending', requestId: null, fault: null, sentAfter };
      return { ...state, sends: [...state.sends.filter((other) => other.clientId !== clientId), send] };
    }
    case 'accepted':
      return editSend(state, change.clientId, { state: 'accepted', requestId: change.requestId, fault: null });
    case 'notSent': {
      // Only the answer was lost when the request it made is already here.
      const arrived = isUncertain(change.fault) && state.sends.some((send) => isClaimed(send, change.clientId));
      if (arrived) return editSend(state, change.clientId, { state: 'accepted' });
      return editSend(state, change.clientId, { state: 'failed', requestId: null, fault: change.fault });
    }
    case 'discarded':
      return { ...state, sends: state.sends.filter((send) => send.clientId !== change.clientId) };
  }
}

/** Of two copies the one with the larger revision is newer, however late it arrives. */
function merge(state: RequestsState, incoming: readonly RequestAnswer[]): RequestsState {
  const requests = new Map(state.requests);
  let sends = state.sends;
  for (const request of incoming) {
    const known = requests.get(request.id);
    if (known && known.revision >= request.revision) continue;
    if (!known) sends = claim(sends, request);
    requests.set(request.id, request);
  }
  return { ...state, requests, sends };
}

/**
 * The event of a new request may overtake the answer of the call that sent it, or come when that answer was lost. Then the
 * oldest unanswered message with the same words takes it, so that the words are not shown twice, and else the oldest whose
 * fate is not known; the answer of the call corrects a wrong guess.
 */
function claim(sends: readonly Send[], request: RequestAnswer): readonly Send[] {
  if (sends.some((send) => send.requestId === request.id)) return sends;
  const fits = (send: Send) =>
    send.requestId === null && send.text === request.text && request.createdAt > send.sentAfter;
  const taker =
    sends.find((send) => send.state === 'sending' && fits(send)) ??
    sends.find((send) => send.state === 'failed' && send.fault && isUncertain(send.fault) && fits(send));
  const taken = taker?.state === 'failed' ? ({ state: 'accepted', fault: null } as const) : {};
  return sends.map((send) => (send === taker ? { ...send, ...taken, requestId: request.id } : send));
}

/** Nobody said that the message was refused: it may have arrived. */
const isUncertain = ({ status, code }: ApiFault) => status === 0 || status >= 500 || code === 'unreadable';

function editSend(state: RequestsState, clientId: string, edit: Partial<Send>): RequestsState {
  return { ...state, sends: state.sends.map((send) => (send.clientId === clientId ? { ...send, ...edit } : send)) };
}

const isClaimed = (send: Send, clientId: string) => send.clientId === clientId && send.requestId !== null;

const max = (one: string, other: string) => (one > other ? one : other);
