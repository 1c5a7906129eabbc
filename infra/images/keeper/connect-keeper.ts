import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A container that has just started listens a moment later. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 10;

/** Connects to one of the keeper's sockets; waits while the keeper is still starting. Throws when it does not listen. */
export async function connectKeeper(path: string): Promise<Socket> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const socket = connect({ path, allowHalfOpen: true });
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      socket.once('error', resolve);
      socket.once('connect', () => resolve(undefined));
    });
    if (!failure) return socket;
    const isStarting = failure.code === 'ENOENT' || failure.code === 'ECONNREFUSED';
    if (!isStarting || Date.now() > deadline) throw failure;
    await delay(RETRY_MS);
  }
}
