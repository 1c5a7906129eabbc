import type Docker from 'dockerode';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineUnavailable, type Execution } from '../../ports/container-engine.ts';
import type { Call } from './engine-calls.ts';
import { readFrames, type OutputPiece } from './read-frames.ts';

const POLL_MS = 20;
/** How the engine begins when it writes its own failure where output belongs. */
const ENGINE_SAYS = /^OCI runtime exec failed/;

/** What is being executed, over the connection that its start was upgraded to. */
export function createExecution(call: Call, exec: Docker.Exec, connection: Duplex): Execution {
  let ended = (): void => undefined;
  const outputEnded = new Promise<void>((resolve) => {
    ended = resolve;
  });
  // Errors are met by whoever reads or writes.
  connection.on('error', () => undefined);

  const inspect = () => call((signal) => exec.inspect({ abortSignal: signal }));
  /** It never ran: what came as output are the engine's words, which stay here. */
  const failIfNeverStarted = async ({ bytes }: OutputPiece) => {
    if (!ENGINE_SAYS.test(Buffer.from(bytes).toString('latin1', 0, 40))) return;
    const { Running, Pid } = await inspect();
    if (!Running && !Pid) throw new EngineUnavailable('failing');
  };

  async function* output() {
    let isFirst = true;
    try {
      for await (const piece of readFrames(connection)) {
        if (isFirst) await failIfNeverStarted(piece);
        isFirst = false;
        yield piece;
      }
    } finally {
      ended();
    }
  }

  return {
    output: output(),
    write: async (bytes) => {
      if (!connection.writable) throw new EngineUnavailable('unreachable');
      if (connection.write(bytes)) return;
      await new Promise<void>((resolve) => {
        for (const event of ['drain', 'close', 'error']) connection.once(event, resolve);
      });
      if (!connection.writable) throw new EngineUnavailable('unreachable');
    },
    endInput: () => void connection.end(),
    exitCode: async () => {
      await outputEnded;
      // The engine records the end a moment after the last byte.
      const deadline = Date.now() + 10_000;
      for (;;) {
        const { Running, ExitCode } = await inspect();
        if (!Running && ExitCode !== null) return ExitCode;
        if (Date.now() > deadline) throw new EngineUnavailable('timeout');
        await delay(POLL_MS);
      }
    },
    detach: () => {
      connection.destroy();
      ended();
    },
  };
}
