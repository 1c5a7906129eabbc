import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { SettledCallRef } from '../activities/index.ts';
import type { RequestOutcome } from '../src/domain/words.ts';
import { countHints, type Hints } from './hints.ts';
import { keepReply, NO_REPLY } from './keep-reply.ts';
import type { RequestInput } from './messages.ts';
import { finishRequest, think } from './proxies.ts';
import { createStatusBoard, type StatusBoard } from './status-board.ts';
import { settleCall } from './wait-for-consent.ts';

/** A model that still wants tools after this many turns is going in circles. */
const MAX_TURNS = 8;

/** One thing that a person asked: think, call tools (waiting for consent where an account is missing), answer. */
export async function request({ requestId, repliesOn }: RequestInput): Promise<RequestOutcome> {
  const hints = countHints();
  const reply = repliesOn === 'discord' ? keepReply(requestId) : NO_REPLY;
  const board = createStatusBoard(reply.changed);
  let outcome: RequestOutcome;
  try {
    outcome = await tellStory(requestId, hints, board);
  } catch (error) {
    if (isCancellation(error)) outcome = 'cancelled';
    else if (error instanceof ActivityFailure) outcome = 'failed';
    else throw error;
  }
  // The person gets an end whatever happened, and nothing of this request keeps waiting.
  return CancellationScope.nonCancellable(async () => {
    const ended = await finishRequest({ requestId, outcome });
    board.say(ended.outcome);
    await reply.end();
    return ended.outcome;
  });
}

async function tellStory(requestId: string, hints: Hints, board: StatusBoard): Promise<RequestOutcome> {
  let settled: SettledCallRef[] = [];
  for (let step = 1; step <= MAX_TURNS; step++) {
    const turn = await think.executeWithOptions({ summary: `think, turn ${step}` }, [{ requestId, step, settled }]);
    if (turn.kind === 'answer') return onlyExpired(settled) ? 'expired' : 'done';
    board.say('running');
    settled = await Promise.all(turn.calls.map((call) => settleCall(requestId, call, hints, board)));
  }
  return 'failed';
}

function onlyExpired(settled: readonly SettledCallRef[]): boolean {
  return settled.length > 0 && settled.every(({ outcome }) => outcome === 'expired');
}
