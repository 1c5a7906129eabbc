import type { EventFeed, FeedEvent } from '../ports/requests.ts';
import type { EventBody } from './event-bodies.ts';
import type { EventStream } from './event-stream.ts';

const BATCH = 100;

interface Source {
  feed: EventFeed;
  bodiesOf(userId: string, events: readonly FeedEvent[]): Promise<Map<string, EventBody>>;
}

/**
 * Sends a person's changes until the stream ends: after `resumeFrom` without loss or repeat, from the newest on when it
 * is null. Each number is sent once and in order; a change that comes while others are being sent is seen afterwards.
 */
export async function followFeed(
  { feed, bodiesOf }: Source,
  stream: EventStream,
  userId: string,
  resumeFrom: number | null,
): Promise<void> {
  let changed = true;
  let wake = (): void => {};
  const onChange = (): void => {
    changed = true;
    wake();
  };
  // Before the position is read, so that no change falls in between.
  const unsubscribe = feed.subscribe(userId, onChange);
  stream.ended.addEventListener('abort', onChange);

  try {
    const newest = await feed.position(userId);
    // A number that was never given belongs to another database.
    let position = resumeFrom === null || resumeFrom > newest ? newest : resumeFrom;
    stream.mark(position);
    while (!stream.ended.aborted) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
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
