import type { EventFeed } from '../ports/requests.ts';
import type { LogPiece, RunLogFeed, Runs } from '../ports/runs.ts';
import { createChangeSignal } from './change-signal.ts';
import type { RunAnswer, RunLogEvent } from './contract.ts';
import type { EventStream } from './event-stream.ts';
import { runAnswerOf } from './run-views.ts';

/** Small pieces are many; long ones are bounded by the store. */
const PIECES = 200;

interface Source {
  runs: Runs;
  runLogs: RunLogFeed;
  feed: EventFeed;
}

/**
 * Sends the log of a run from `start` on, as it grows, and what becomes of the run. Ends the stream when the run has ended
 * and all of its log is sent; the end is the last thing that is said.
 */
export async function followRunLog(
  { runs, runLogs, feed }: Source,
  stream: EventStream,
  { userId, runId }: { userId: string; runId: string },
  start: number,
): Promise<void> {
  const changes = createChangeSignal(stream.ended);
  // The first look comes after this, so that no change falls in between.
  const unsubscribe = [runLogs.subscribe(runId, changes.onChange), feed.subscribe(userId, changes.onChange)];
  const tell = createTeller(stream);

  try {
    let position = start;
    for (;;) {
      await changes.next();
      if (stream.ended.aborted) return;
      // Before the log: nothing is added to one whose run has ended.
      const run = await runs.find(userId, runId);
      if (run === null) return;
      if (run.endedAt === null) tell(runAnswerOf(run));
      position = await sendFrom(position);
      if (run.endedAt !== null) return tell(runAnswerOf(run));
    }
  } finally {
    for (const stop of unsubscribe) stop();
  }

  async function sendFrom(from: number): Promise<number> {
    let position = from;
    for (;;) {
      const pieces = await runs.log(runId, position, PIECES);
      if (pieces.length === 0) return position;
      for (const piece of pieces) {
        const rest = restOf(piece, position);
        position = rest.position + rest.text.length;
        stream.send(position, piece.stream, rest);
        await stream.room();
        if (stream.ended.aborted) return position;
      }
    }
  }
}

/** Without repeating itself: hints come more often than changes. */
function createTeller(stream: EventStream) {
  let told = '';
  return (answer: RunAnswer): void => {
    const text = JSON.stringify(answer);
    if (text === told) return;
    told = text;
    stream.send(null, 'status', answer);
  };
}

/**
 * What a piece holds from this position on. One between both halves of a character (a surrogate pair) is none that we
 * gave: the character is sent whole.
 */
function restOf({ position, text }: LogPiece, from: number): RunLogEvent {
  const offset = Math.max(0, from - position);
  const begin = (text.codePointAt(offset - 1) ?? 0) > 0xffff ? offset - 1 : offset;
  return { position: position + begin, text: text.slice(begin) };
}
