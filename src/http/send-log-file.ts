import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Runs } from '../ports/runs.ts';

/** Read at once. */
const PIECES = 200;

/** A run's log so far as a file, both streams in their order. Read no faster than it is taken. */
export async function sendLogFile(runs: Pick<Runs, 'log'>, response: Response, runId: string): Promise<void> {
  response.attachment(`run-${runId}.log`).type('text/plain');
  // Whoever goes away before the end has seen enough.
  await pipeline(Readable.from(textOf(runs, runId)), response).catch((error: unknown) => {
    if (!response.destroyed) throw error;
  });
}

async function* textOf(runs: Pick<Runs, 'log'>, runId: string): AsyncGenerator<string> {
  let position = 0;
  for (;;) {
    const pieces = await runs.log(runId, position, PIECES);
    const last = pieces.at(-1);
    if (!last) return;
    yield pieces.map(({ text }) => text).join('');
    position = last.position + last.text.length;
  }
}
