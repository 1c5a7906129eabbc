import type { EventFeed, FeedEvent } from '../ports/requests.ts';
import { createChangeSignal } from './change-signal.ts';
import type { EventBody } from './event-bodies.ts';
import type { EventStream } from './event-stream.ts';

const BATCH = 100;

interface Source {
  feed: EventFeed;
  bodiesOf(userId: string, events: readonly FeedEvent[]): Promise<Map<string, EventBody>>;
}

/**
 * Where a stream begins: after `resumeFrom`, at the newest number when it is null. Read it before the stream answers, so
 * that what a page asks for once its stream is open is never older than where the stream begins.
 */
export async function startOf(feed: EventFeed, userId: string, resumeFrom: number | null): Promise<number> {
  const newest = await feed.position(userId);
  // A number that was never given belongs to another database.
  return resumeFrom === null || resumeFrom > newest ? newest : resumeFrom;
}

/**
 * Sends a person's changes after `start` until the stream ends, without loss or repeat. Each number is sent once and in
 * order; a change that comes while others are being sent is seen afterwards.
 */
export async function followFeed(
  { feed, bodiesOf }: Source,
  stream: EventStream,
  userId: string,
  start: number,
): Promise<void> {
  const changes = createChangeSignal(stream.ended);
  // The first look comes after this, so that no change falls in between.
  const unsubscribe = feed.subscribe(userId, changes.onChange);

  try {
    let position = start;
    stream.mark(position);
    while (!stream.ended.aborted) {
      await changes.next();
      position = await sendSince(position);
    }
  } finally {
    unsubscribe();
  }

  async function sendSince(position: number): Promise<number> {
    while (!stream.ended.aborted) {
      const events = await feed.since(userId, position, BATCH);
      const bodies = await bodiesOf(userId, events);
      for (const event of events) {
        const body = bodies.get(event.subjectId);
        if (body === undefined) stream.mark(event.position);
        else stream.send(event.position, event.kind, body);
        position = event.position;
        await stream.room();
        if (stream.ended.aborted) return position;
      }
      if (events.length < BATCH) break;
    }
    return position;
  }
}
