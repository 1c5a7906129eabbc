import type { ConnectionReader, FeedEvent, RequestReader } from '../ports/requests.ts';
import type { Runs } from '../ports/runs.ts';
import type { ConnectionEvent, RequestAnswer, RunAnswer } from './contract.ts';
import { runAnswerOf } from './run-views.ts';
import { connectionViewOf, requestAnswerOf } from './views.ts';

export type EventBody = RequestAnswer | ConnectionEvent | RunAnswer;

/** Reads what a batch of events shows, by subject: the newest state of each thing, with a query for each kind. */
export function createEventBodies(
  {
    requests,
    connections,
    runs,
  }: { requests: RequestReader; connections: ConnectionReader; runs: Pick<Runs, 'findMany'> },
  publicUrl: string,
) {
  return async (userId: string, events: readonly FeedEvent[]): Promise<Map<string, EventBody>> => {
    const idsOf = (kind: FeedEvent['kind']): string[] =>
      events.filter((event) => event.kind === kind).map((event) => event.subjectId);
    const [requestIds, connectionIds, runIds] = [idsOf('request'), idsOf('connection'), idsOf('run')];
    const [foundRequests, foundConnections, foundRuns] = await Promise.all([
      requestIds.length > 0 ? requests.findMany(userId, requestIds) : [],
      connectionIds.length > 0 ? connections.findMany(userId, connectionIds) : [],
      runIds.length > 0 ? runs.findMany(userId, runIds) : [],
    ]);

    const bodies = new Map<string, EventBody>(connectionIds.map((id) => [id, { id, gone: true }]));
    for (const request of foundRequests) bodies.set(request.id, requestAnswerOf(request, publicUrl));
    for (const run of foundRuns) bodies.set(run.id, runAnswerOf(run));
    for (const connection of foundConnections) {
      const view = connectionViewOf(connection);
      if (view) bodies.set(connection.id, view);
    }
    return bodies;
  };
}
