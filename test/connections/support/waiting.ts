import { enterCall } from '../../../src/connections/tool-calls.ts';
import { SCOPES } from '../../../src/domain/scopes.ts';
import type { WaiterStatus } from '../../../src/domain/words.ts';
import type { Call } from '../../../src/ports/consent-store.ts';
import type { ConsentWait } from '../../../src/ports/requests.ts';
import { chosenCall, outboxOf, type Heart } from '../../support/heart.ts';

export const READ = SCOPES.calendarEventsRead;
export const TASKS = 'https://www.googleapis.com/auth/tasks';

/** A call that waits for consent. */
export interface Wait {
  call: Call;
  flowId: string;
  publicId: string;
}

/** A new request of this person that waits for Google. */
export async function park(heart: Heart, userId: string, needs: string[] = [READ]): Promise<Wait> {
  return parkCall(heart, await chosenCall(heart, userId, needs));
}

export async function parkCall(heart: Heart, call: Call): Promise<Wait> {
  const decision = await enterCall(heart.store, call);
  if (decision.kind !== 'parked') throw new Error(`the call did not wait: ${decision.kind}`);
  const { publicId } = await promptOf(heart, call);
  return { call, flowId: decision.flowId, publicId };
}

/** What the person's page shows of the wait. */
export async function promptOf(heart: Heart, { userId, requestId }: Call): Promise<ConsentWait> {
  const view = await heart.requests.find(userId, requestId);
  const [prompt] = view?.waitingFor ?? [];
  if (!prompt) throw new Error('the request waits for nothing');
  return prompt;
}

export async function waiterOf(heart: Heart, call: Call): Promise<{ status: WaiterStatus; rounds: number }> {
  const { rows } = await heart.pools.owner.query<{ status: WaiterStatus; rounds: number }>(
    'SELECT status, rounds FROM waiter WHERE request_id = $1 AND call_id = $2',
    [call.requestId, call.callId],
  );
  if (!rows[0]) throw new Error('the call never waited');
  return rows[0];
}

/** Outcomes of all wakes that were sent to the call's request, oldest first. */
export async function wakesOf(heart: Heart, { requestId }: Call): Promise<string[]> {
  const rows = await outboxOf(heart.pools.owner, requestId);
  return rows.flatMap(({ kind, payload }) =>
    kind === 'authCompleted' ? [(payload as { outcome: string }).outcome] : [],
  );
}

/** As if the person had answered a second too late. */
export async function passDeadline(heart: Heart, { requestId }: Call): Promise<void> {
  await heart.pools.owner.query(`UPDATE waiter SET deadline = now() - interval '1 second' WHERE request_id = $1`, [
    requestId,
  ]);
}
