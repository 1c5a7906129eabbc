import type { ConnectionReader, FeedEvent, RequestReader } from '../ports/requests.ts';
import type { ConnectionEvent, RequestAnswer } from './contract.ts';
import { connectionViewOf, requestAnswerOf } from './views.ts';

export type EventBody = RequestAnswer | ConnectionEvent;

/** Reads what a batch of events shows, by subject: the newest state of each thing, with two queries at most. */
export function createEventBodies(
  { requests, connections }: { requests: RequestReader; connections: ConnectionReader },
  publicUrl: string,
) {
  return async (userId: string, events: readonly FeedEvent[]): Promise<Map<string, EventBody>> => {
    const idsOf = (kind: FeedEvent['kind']): string[] =>
      events.filter((event) => event.kind === kind).map((event) => event.subjectId);
    const [requestIds, connectionIds] = [idsOf('request'), idsOf('connection')];
    const [foundRequests, foundConnections] = await Promise.all([
      requestIds.length > 0 ? requests.findMany(userId, requestIds) : [],
      connectionIds.length > 0 ? connections.findMany(userId, connectionIds) : [],
    ]);

    const bodies = new Map<string, EventBody>(connectionIds.map((id) => [id, { id, gone: true }]));
    for (const request of foundRequests) bodies.set(request.id, requestAnswerOf(request, publicUrl));
    for (const connection of foundConnections) {
      const view = connectionViewOf(connection);
      if (view) bodies.set(connection.id, view);
    }
    return bodies;
  };
}
