import type { Socket } from 'node:net';
import { controlFrame, frameHeader, KINDS } from './frames.ts';
import { createLineReader, parseObject } from './lines.ts';
import { listen } from './listen.ts';
import type { Cursors, Segment, Spool } from './spool.ts';
import type { Status } from './status.ts';

const MAX_LINE_BYTES = 4096;
/** How long one that was let go may take to read that it was. */
const FAREWELL_MS = 5_000;

/**
 * Serves whoever is outside: the first line says from where, then output and states flow in their order, and lines say
 * what is stored. A reader that goes away loses nothing; the newest one is served and the one before it is let go.
 */
export async function startAttachDoor(
  path: string,
  keeper: { spool: Spool; status: () => Status; onRoom: () => void },
): Promise<{ send: () => void }> {
  let current: { socket: Socket; send: () => void } | undefined;

  const begin = (socket: Socket, from: Cursors) => {
    if (!keeper.spool.canReadFrom(from)) {
      const [acknowledged, produced] = [keeper.spool.acknowledged(), keeper.spool.produced()];
      socket.end(controlFrame({ state: 'refused', acknowledged, produced }));
      return;
    }
    if (current) letGo(current.socket);
    current = { socket, send: createSender(socket, keeper.spool.readFrom(from), keeper.status) };
    acknowledge(from);
    current.send();
  };

  const acknowledge = (cursors: Cursors) => {
    keeper.spool.acknowledge(cursors);
    if (!keeper.spool.isFull()) keeper.onRoom();
  };

  await listen(path, 0o600, (socket) => {
    const readLines = createLineReader(MAX_LINE_BYTES);
    let begun = false;
    const onLine = (line: string) => {
      const message = parseObject(line);
      const cursors = readCursors(begun ? message : message?.['from']);
      if (!cursors) throw new Error('This line holds no cursors.');
      if (begun) acknowledge(cursors);
      else begin(socket, cursors);
      begun = true;
    };
    socket.on('data', (bytes) => {
      try {
        readLines(bytes).forEach(onLine);
      } catch {
        socket.destroy();
      }
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (current?.socket === socket) current = undefined;
    });
  });
  return { send: () => current?.send() };
}

/** Sends what there is while the socket takes it, and a state when everything before it has been sent. */
function createSender(socket: Socket, next: () => Segment | undefined, status: () => Status): () => void {
  let told: string | undefined;
  const send = () => {
    if (socket.writableNeedDrain || socket.writableEnded || socket.destroyed) return;
    // An end is told after the last byte; that something runs is told at once.
    if (status().state !== 'ended') tell();
    for (let segment = next(); segment; segment = next()) {
      socket.cork();
      socket.write(frameHeader(KINDS[segment.stream], segment.bytes.length));
      const goOn = socket.write(segment.bytes);
      socket.uncork();
      if (!goOn) return;
    }
    tell();
  };
  const tell = () => {
    const text = JSON.stringify(status());
    if (text !== told) socket.write(controlFrame(status()));
    told = text;
  };
  socket.on('drain', send);
  return send;
}

function letGo(socket: Socket): void {
  socket.end(controlFrame({ state: 'superseded' }));
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
}

function readCursors(value: unknown): Cursors | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const stdout: unknown = Reflect.get(value, 'stdout');
  const stderr: unknown = Reflect.get(value, 'stderr');
  const isPlace = (place: unknown): place is number => Number.isSafeInteger(place) && Number(place) >= 0;
  return isPlace(stdout) && isPlace(stderr) ? { stdout, stderr } : undefined;
}
