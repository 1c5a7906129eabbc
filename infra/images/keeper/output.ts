import { makePipes } from './pipes.ts';
import type { Spool } from './spool.ts';

/** As much as a pipe can hold: what a command wrote before it ended is never more. */
const PIPE_BYTES = 1024 * 1024;
const STREAMS = ['stdout', 'stderr'] as const;

export type Output = {
  /** Where a command writes to. */
  paths: string[];
  /** There may be room in the spool again. */
  readOn(): void;
  /** The command is over: takes what it has written and no more. */
  finish(): void;
};

/** Carries what a command writes into the spool; while that is full nothing is read, and the command waits. */
export function collectOutput(folder: string, spool: Spool, onOutput: () => void): Output {
  const paths = STREAMS.map((stream) => `${folder}/${stream}`);
  const pipes = makePipes(paths);
  let isOver = false;

  const readOn = () => {
    if (!isOver && !spool.isFull()) for (const { source } of pipes) source.resume();
  };
  for (const [index, stream] of STREAMS.entries()) {
    pipes[index]?.source.on('data', (bytes) => {
      spool.append(stream, bytes);
      if (spool.isFull()) for (const { source } of pipes) source.pause();
      onOutput();
    });
  }
  return {
    paths,
    readOn,
    finish: () => {
      isOver = true;
      for (const [index, stream] of STREAMS.entries()) {
        pipes[index]?.source.pause().removeAllListeners('data');
        for (const bytes of pipes[index]?.readNow(PIPE_BYTES) ?? []) spool.append(stream, bytes);
        pipes[index]?.source.destroy();
      }
      onOutput();
    },
  };
}
