import { cancelledText, failedText } from '../domain/texts/endings.ts';
import type { ConsentStore } from '../ports/consent-store.ts';
import type { StoryStore } from '../ports/story-store.ts';
import type { Sleeper } from '../ports/sweep-store.ts';
import { Alarm } from './alarm.ts';
import { endRequest } from './end-request.ts';
import { sideBySide } from './side-by-side.ts';

/** Longer than a tool call is retried: a request that has not ended by then, and waits for nobody, is worth a look. */
const SILENT_MS = 7 * 60 * 60 * 1000;
/** Longer than a provider is asked to end a grant. */
const REVOKING_MS = 20 * 60 * 1000;

/**
 * The alarm half of the sweep. Outbox, signals and repair bring every wait to its end by themselves; what is found here
 * was lost on the way, by a fault that nobody thought of. It is set going again, and the operator is told.
 * @returns how many things were found
 */
export async function sweepRequests(
  { store, stories }: { store: ConsentStore; stories: StoryStore },
  onTrouble: (error: unknown) => void,
  limit = 100,
): Promise<number> {
  const { alarmAfterMs } = store.times;
  const lost = await sideBySide(
    await store.findLostRequests(limit),
    (requestId) => endLost(store, stories, requestId),
    onTrouble,
  );
  const woken = await sideBySide(
    await store.findSleepers(alarmAfterMs, limit),
    (sleeper) => wakeAgain(store, sleeper),
    onTrouble,
  );
  const started = (await store.startAgain(alarmAfterMs, SILENT_MS, limit)).length;
  const repaired = (await store.repairAgain(alarmAfterMs, limit)).length;
  const runs = (await store.endLostRuns(limit)).length;
  const revoked = (await store.revokeAgain(REVOKING_MS, limit)).length;
  const found = Object.entries({
    'requests without a workflow were ended': lost,
    'runs without a workflow were ended': runs,
    'sleeping calls were woken again': woken,
    'requests were started again': started,
    'callbacks are repaired again': repaired,
    'revocations are begun again': revoked,
  }).filter(([, count]) => count > 0);
  if (found.length > 0) onTrouble(new Alarm(found.map(([what, count]) => `${what}: ${count}`).join('; ')));
  return lost + runs + woken + started + repaired + revoked;
}

/** Nobody is left who could answer it. Its person gets an end, and nothing of it waits any more. */
async function endLost(store: ConsentStore, stories: StoryStore, requestId: string): Promise<boolean> {
  const story = await stories.claim(requestId);
  if (story === null) return false;
  const { writes, language } = story;
  await endRequest(store, requestId, {
    outcome: 'failed',
    answer: failedText(writes, language),
    ifCancelled: cancelledText(writes, language),
    isLost: true,
  });
  return true;
}

/** Decided under the lock: a call that has gone on since it was found is left alone. */
async function wakeAgain(store: ConsentStore, { userId, provider, requestId, callId }: Sleeper): Promise<boolean> {
  return store.transact({ userId, providers: [provider], requestId }, async (tx) => {
    const request = await tx.request(requestId);
    if (request === null || request.ended || request.cancelled) return false;
    const waiter = (await tx.waitersOf(requestId)).find((each) => each.callId === callId);
    const isOverdue = waiter?.status === 'open' && waiter.deadline <= tx.now;
    if (!waiter || !(waiter.status === 'released' || isOverdue)) return false;
    // Saved as it is, so that it counts as touched now: the next alarm is a while away.
    await tx.saveWaiter(waiter);
    await tx.wake(waiter, waiter.lastOutcome ?? 'failed');
    await tx.audit('wokenAgain', { requestId, flowId: waiter.flowId, provider });
    return true;
  });
}
