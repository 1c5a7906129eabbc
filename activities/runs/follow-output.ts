import { setTimeout as delay } from 'node:timers/promises';
import { createMasker } from '../../src/domain/masker/masker.ts';
import type { LogStream } from '../../src/domain/runs.ts';
import {
  EngineUnavailable,
  type ContainerEngine,
  type ContainerRef,
  type Execution,
} from '../../src/ports/container-engine.ts';
import type { LogPiece, RunStore } from '../../src/ports/runs.ts';
import { lookAgain } from '../failures.ts';
import { acknowledge, attach } from './keeper.ts';
import { readFrames, type KeeperStatus } from './keeper-frames.ts';
import { createLogText } from './log-text.ts';

/** Often enough to look live, seldom enough that a chatty command costs few transactions. */
const FLUSH_MS = 200;
const FLUSH_CHARACTERS = 256 * 1024;
/** What is only counted costs nothing to keep; the keeper has room for twice as much. */
const FLUSH_RAW_BYTES = 4 * 1024 * 1024;
/** A reader of the log reads whole pieces. */
const PIECE_CHARACTERS = 64 * 1024;
const LOOKS = 30;
const LOOK_MS = 100;

export interface FollowOptions {
  engine: ContainerEngine;
  runs: RunStore;
  ref: ContainerRef;
  secrets: readonly string[];
  /** Characters of the log that are stored; what comes after them is counted only. */
  maxCharacters: number;
  /** Waited for before anything more is read. */
  onStatus: (status: KeeperStatus) => Promise<void>;
  /** Lets go: what is read by then is stored, and somebody else goes on. */
  leaving: AbortSignal;
}

/**
 * Reads what a command says until it has ended, masks it and stores it piece by piece. Where an earlier reader died the
 * next one goes on: the cursor moves in the transaction that stores a piece, and only then is the keeper told to forget.
 *
 * @returns the last status; one that is not `ended` means that the container went away, or that `leaving` fired
 * @throws to be tried again, when only the way to the output was lost
 */
export async function followOutput(options: FollowOptions): Promise<KeeperStatus> {
  const { engine, runs, ref, secrets, maxCharacters, onStatus, leaving } = options;
  let stored = await runs.cursor(ref.runId);
  let next = stored;
  let pieces: LogPiece[] = [];
  let status: KeeperStatus = { state: 'waiting' };
  const masker = createMasker(secrets);
  const texts = {
    stdout: createLogText(masker.stream(), stored.stdout),
    stderr: createLogText(masker.stream(), stored.stderr),
  };
  const attachment = await attach(engine, ref, stored);
  leaving.addEventListener('abort', attachment.detach);

  const add = (stream: LogStream, { text, raw }: { text: string; raw: number }): void => {
    const room = maxCharacters - next.position;
    // Once a piece did not fit nothing more is kept, so that the log has no holes.
    if (text.length > room || next.dropped > 0) {
      next = { ...next, [stream]: raw, dropped: next.dropped + raw - next[stream] };
      return;
    }
    if (text !== '') pieces.push({ position: next.position, stream, text });
    next = { ...next, [stream]: raw, position: next.position + text.length };
  };
  const isMuch = (): boolean =>
    next.position - stored.position >= FLUSH_CHARACTERS ||
    next.stdout + next.stderr - stored.stdout - stored.stderr >= FLUSH_RAW_BYTES;
  const flush = async (): Promise<void> => {
    if (next === stored) return;
    const [to, batch] = [next, joined(pieces)];
    pieces = [];
    if ((await runs.append(ref.runId, stored, to, batch)) === 'stale') throw lookAgain('superseded', 500);
    stored = to;
    // When the way to the keeper is lost, whoever reads is told.
    if (status.state !== 'ended') await acknowledge(attachment, to).catch(() => undefined);
  };

  try {
    for await (const frame of paced(readFrames(bytesOf(attachment)), () => next !== stored)) {
      if (frame === null) await flush();
      else if (frame.kind === 'status') {
        status = frame.status;
        if (status.state === 'refused' || status.state === 'superseded') throw lookAgain('superseded', 500);
        await onStatus(status);
        if (status.state === 'ended') break;
      } else {
        add(frame.kind, texts[frame.kind].write(frame.bytes));
        if (isMuch()) await flush();
      }
    }
    if (status.state !== 'ended') {
      await flush();
      if (leaving.aborted) return status;
      if (await isStillRunning(engine, ref)) throw lookAgain('readerLost', 500);
    }
    // Nothing comes any more: what was held back, because a secret might have begun there, is certain now.
    for (const stream of ['stdout', 'stderr'] as const) add(stream, texts[stream].end());
    await flush();
    return status;
  } finally {
    leaving.removeEventListener('abort', attachment.detach);
    attachment.detach();
  }
}

/** The engine notices a container's end a moment after its output has ended. */
async function isStillRunning(engine: ContainerEngine, ref: ContainerRef): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    if (!(await engine.find(ref))?.running) return false;
    await delay(LOOK_MS);
  }
  return true;
}

/** Ends with the connection, whichever way that is lost: whether the container is gone too is asked afterwards. */
async function* bytesOf(execution: Execution): AsyncGenerator<Uint8Array> {
  try {
    for await (const { stream, bytes } of execution.output) if (stream === 'stdout') yield bytes;
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
  }
}

/** The same items, with a null now and then while there is something to store, also while no item comes. */
async function* paced<T>(items: AsyncIterator<T>, isWaiting: () => boolean): AsyncGenerator<T | null> {
  let due = Infinity;
  let earliest = 0;
  let coming = items.next();
  for (;;) {
    const item = due === Infinity ? await coming : await within(coming, Math.max(0, due - Date.now()));
    if (item !== null) {
      if (item.done) return;
      yield item.value;
      coming = items.next();
    }
    if (Date.now() >= due) {
      yield null;
      due = Infinity;
      earliest = Date.now() + FLUSH_MS;
    }
    // What comes after a silence waits for nothing.
    if (due === Infinity && isWaiting()) due = Math.max(Date.now(), earliest);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Neighbours of the same stream are one piece, as long as it is not too long. */
function joined(pieces: readonly LogPiece[]): LogPiece[] {
  const result: LogPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    const isRoom = last && last.text.length + piece.text.length <= PIECE_CHARACTERS;
    if (isRoom && last.stream === piece.stream) result[result.length - 1] = { ...last, text: last.text + piece.text };
    else result.push(piece);
  }
  return result;
}
