import { ActivityFailure, CancellationScope, condition, isCancellation, setHandler, sleep } from '@temporalio/workflow';
import { replyChanged } from './messages.ts';
import { deliverReply, remind, showReply } from './proxies.ts';

/** A message that changes more often than this is not read, and Discord limits edits per channel. */
const EDIT_PAUSE_MS = 1_000;
/** Far longer than what works takes; much shorter than anybody should wonder for. */
const SLOW_AFTER_MS = 20_000;
/** The clock of the database decides when a reminder is due; ours may be a little early, and must not spin. */
const SHORTEST_WAIT_MS = 1_000;

/** The message of ours that shows a request. Nothing on the way to a tool waits for it. */
export interface KeptReply {
  /** What the message shows may have changed. */
  changed(): void;
  /** Delivers the end, once it is in the rows: the person has it, or the platform said that it cannot be delivered. */
  end(): Promise<void>;
}

/** On the web the rows are the reply: nothing is kept, and histories hold nothing of it. */
export const NO_REPLY: KeptReply = { changed: () => undefined, end: () => Promise.resolve() };

/** Keeps the message beside the story: changes that come while it is shown are shown together, afterwards. */
export function keepReply(requestId: string): KeptReply {
  let changes = 1;
  const changed = () => void (changes += 1);
  const seen = new Set<string>();
  setHandler(replyChanged, ({ eventId }) => {
    if (seen.has(eventId)) return;
    seen.add(eventId);
    changed();
  });

  const keeping = new CancellationScope();
  // Cancelling the request does not cancel its message.
  const kept = CancellationScope.nonCancellable(() => keeping.run(keepShowing)).catch((error: unknown) => {
    if (!isCancellation(error) && !(error instanceof ActivityFailure)) throw error;
  });

  async function keepShowing(): Promise<void> {
    let slow = false;
    for (;;) {
      const before = changes;
      const hasChanged = () => changes > before;
      const shownAt = Date.now();
      const summary = slow ? 'show that it takes long' : 'show what is going on';
      const { deliverable, waits, remindAt } = await showReply.executeWithOptions({ summary }, [{ requestId, slow }]);
      if (!deliverable) return;
      if (waits && remindAt !== null) {
        const left = Math.max(remindAt - Date.now(), SHORTEST_WAIT_MS);
        if (!(await condition(hasChanged, left, { summary: 'until the reminder' }))) {
          await remind.executeWithOptions({ summary: 'remind of the deadline' }, [{ requestId }]);
        }
        slow = false;
      } else if (waits || slow) {
        // Who is waited for takes as long as they like, and that something takes long is said once.
        await condition(hasChanged);
        slow = false;
      } else {
        slow = !(await condition(hasChanged, SLOW_AFTER_MS, { summary: 'nothing new' }));
      }
      const pause = shownAt + EDIT_PAUSE_MS - Date.now();
      if (pause > 0) await sleep(pause, { summary: 'one edit for several changes' });
    }
  }

  return {
    changed,
    async end() {
      keeping.cancel();
      await kept;
      try {
        await deliverReply.executeWithOptions({ summary: 'deliver the end' }, [{ requestId }]);
      } catch (error) {
        // For days nobody took it. The answer is on the web page.
        if (!(error instanceof ActivityFailure)) throw error;
      }
    },
  };
}
