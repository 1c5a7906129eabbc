import { connectKeeper } from './connect-keeper.ts';
import { controlFrame, createFrameReader } from './frames.ts';
import { parseObject } from './lines.ts';
import { readPlaces } from './places.ts';

/*
 * `signal.ts TERM|KILL` as the command's user: signals the command's process group. Exit codes: 0 sent, 3 nothing runs,
 * 2 wrong use. What left the group is ended with the container.
 */
const SIGNALS: Record<string, NodeJS.Signals> = { TERM: 'SIGTERM', KILL: 'SIGKILL', INT: 'SIGINT' };

const places = readPlaces();
const signal = SIGNALS[places.positionals[0] ?? ''];
if (!signal) process.exit(2);

const socket = await connectKeeper(places.keeperSocket);
socket.write(controlFrame({ say: 'group' }));
const readFrames = createFrameReader();
let group: unknown;
for await (const bytes of socket) {
  for (const { payload } of readFrames(bytes as Buffer)) {
    const status = parseObject(payload.toString('utf8'))?.['status'];
    group = typeof status === 'object' && status !== null ? Reflect.get(status, 'pgid') : undefined;
  }
}
if (typeof group !== 'number' || group < 2) process.exit(3);
try {
  process.kill(-group, signal);
} catch {
  process.exit(3);
}
