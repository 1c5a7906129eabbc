import { connect, type Socket } from 'node:net';
import { createFrameReader, KINDS } from '../../../infra/images/keeper/frames.ts';
import type { Cursors } from '../../../infra/images/keeper/spool.ts';
import { until } from '../../support/until.ts';

export type Reader = {
  socket: Socket;
  /** Bytes of each stream since this reader came. */
  received: { stdout: Buffer[]; stderr: Buffer[] };
  statuses: Record<string, unknown>[];
  /** Where this reader is. */
  cursors(): Cursors;
  /** How many frames of output came. */
  frames(): number;
  acknowledge(cursors?: Cursors): void;
  /** The last status of this kind, awaited. */
  status(state: string, timeoutMs?: number): Promise<Record<string, unknown>>;
  close(): void;
};

/** Reads from a keeper's own socket, as `attach.ts` would. Acknowledges everything at once when `eager`. */
export function openReader(path: string, from: Cursors = { stdout: 0, stderr: 0 }, eager = true): Reader {
  const socket = connect(path);
  const readFrames = createFrameReader();
  const received: Reader['received'] = { stdout: [], stderr: [] };
  const cursors = { ...from };
  let frames = 0;
  const reader: Reader = {
    socket,
    received,
    statuses: [],
    cursors: () => ({ ...cursors }),
    frames: () => frames,
    acknowledge: (stored = cursors) => void socket.write(`${JSON.stringify(stored)}\n`),
    status: (state, timeoutMs = 60_000) =>
      until(
        `status ${state}`,
        () => Promise.resolve(reader.statuses.find((status) => status['state'] === state) ?? null),
        timeoutMs,
      ),
    close: () => void socket.destroy(),
  };
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    for (const { kind, payload } of readFrames(bytes)) {
      if (kind === KINDS.control) reader.statuses.push(JSON.parse(payload.toString()) as Record<string, unknown>);
      else {
        const stream = kind === KINDS.stdout ? 'stdout' : 'stderr';
        received[stream].push(payload);
        cursors[stream] += payload.length;
        frames += 1;
      }
    }
    if (eager) reader.acknowledge();
  });
  socket.write(`${JSON.stringify({ from })}\n`);
  return reader;
}
