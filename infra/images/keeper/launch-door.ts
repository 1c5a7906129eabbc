import type { Socket } from 'node:net';
import { controlFrame, createFrameReader, KINDS, type Frame } from './frames.ts';
import { parseObject } from './lines.ts';
import { listen } from './listen.ts';
import type { Output } from './output.ts';
import type { Spool } from './spool.ts';
import type { EndReason, Status } from './status.ts';

/** A command may connect as often as it likes; it gets no more than this at once. */
const MAX_CONNECTIONS = 64;
const IDLE_MS = 30_000;

type Keeper = {
  spool: Spool;
  output: Output;
  status: () => Status;
  onStatus: (status: Status) => void;
  oomKills: () => number | null;
};

/**
 * Serves the launcher. The first one that claims the run gets it, once in the keeper's life; everybody later is told
 * `already`. It says when the command runs and how it ended; when it says nothing more, that is an end too.
 */
export async function startLaunchDoor(path: string, keeper: Keeper): Promise<void> {
  let launcher: Socket | undefined;

  const end = (reason: EndReason, code: number | null = null, signal: string | null = null) => {
    if (keeper.status().state === 'ended') return;
    keeper.output.finish();
    const written = keeper.spool.produced();
    keeper.onStatus({ state: 'ended', reason, code, signal, oomKills: keeper.oomKills(), written });
  };

  const onFrame = (socket: Socket, { kind, payload }: Frame) => {
    const message = kind === KINDS.control ? parseObject(payload.toString('utf8')) : undefined;
    if (socket !== launcher) answerStranger(socket, message);
    else if (message?.['say'] === 'started') {
      const [pid, pgid] = [numberOf(message['pid']), numberOf(message['pgid'])];
      keeper.onStatus({ state: 'running', pid, pgid });
    } else if (message?.['say'] === 'ended') {
      const reason = message['reason'] === 'notStarted' ? 'notStarted' : 'exited';
      const signal = typeof message['signal'] === 'string' ? message['signal'].slice(0, 20) : null;
      end(reason, numberOf(message['code']), signal);
    }
  };

  const answerStranger = (socket: Socket, message: Record<string, unknown> | undefined) => {
    if (message?.['say'] === 'claim' && keeper.status().state === 'waiting') {
      launcher = socket;
      socket.setTimeout(0);
      keeper.onStatus({ state: 'running', pid: null, pgid: null });
      keeper.output.readOn();
      socket.write(controlFrame({ granted: true, output: keeper.output.paths }));
    } else if (message?.['say'] === 'claim') socket.end(controlFrame({ granted: false, reason: 'already' }));
    else if (message?.['say'] === 'group') socket.end(controlFrame({ status: keeper.status() }));
    else socket.destroy();
  };

  const server = await listen(path, 0o666, (socket) => {
    const readFrames = createFrameReader();
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (bytes) => {
      try {
        for (const frame of readFrames(bytes)) onFrame(socket, frame);
      } catch {
        socket.destroy();
      }
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket === launcher) end('launcherLost');
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
