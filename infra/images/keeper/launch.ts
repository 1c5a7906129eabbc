import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connectKeeper } from './connect-keeper.ts';
import { controlFrame, createFrameReader, frameHeader, KINDS, type Stream } from './frames.ts';
import { createLineReader, parseObject } from './lines.ts';
import { makePipes, type Pipe } from './pipes.ts';
import { readPlaces } from './places.ts';

/*
 * Executed as the command's user, with one line of JSON on stdin: {"argv": [...], "cwd"?, "environment"?}. Answers one
 * line, {"granted": true} or {"granted": false, "reason"}, and stays as the command's parent: it carries the output to
 * the keeper and says how the command ended. Whoever executes it may go away after the answer.
 */

const MAX_LINE_BYTES = 4 * 1024 * 1024;
/** As much as a pipe can hold: what a command wrote before it ended is never more. */
const PIPE_BYTES = 1024 * 1024;
/** When memory is short the kernel ends the command first, its launcher later and the keeper last. */
const COMMAND_SCRIPT = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; exec "$@"';
const LAUNCHER_OOM_SCORE = '500';

type Order = { argv: string[]; cwd: string | undefined; environment: Record<string, string> };

const keeper = await claim(await readOrder());
if (keeper) await run(keeper.socket, keeper.order);

async function readOrder(): Promise<Order> {
  const readLines = createLineReader(MAX_LINE_BYTES);
  for await (const bytes of process.stdin) {
    const line = readLines(bytes as Buffer)[0];
    if (line !== undefined) return parseOrder(line);
  }
  // Nothing was claimed: whoever executes this again will be the first.
  return refuse('noOrder');
}

function parseOrder(line: string): Order {
  const { argv, cwd, environment } = parseObject(line) ?? {};
  const isWords = Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === 'string');
  if (!isWords) return refuse('noOrder');
  const pairs = Object.entries(typeof environment === 'object' && environment !== null ? environment : {});
  return {
    argv: argv,
    cwd: typeof cwd === 'string' ? cwd : undefined,
    environment: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
  };
}

function refuse(reason: string): never {
  process.stdout.write(`${JSON.stringify({ granted: false, reason })}\n`);
  process.exit(1);
}

async function claim(order: Order): Promise<{ socket: Socket; order: Order } | undefined> {
  const socket = await connectKeeper(readPlaces().keeperSocket);
  const readFrames = createFrameReader();
  socket.write(controlFrame({ say: 'claim' }));
  const answer = await new Promise<Record<string, unknown>>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      for (const { payload } of readFrames(bytes)) resolve(parseObject(payload.toString('utf8')) ?? {});
    });
    socket.on('close', () => resolve({}));
    socket.on('error', () => resolve({}));
  });
  if (answer['granted'] !== true) return refuse(answer['reason'] === 'already' ? 'already' : 'noKeeper');
  process.stdout.write(`${JSON.stringify({ granted: true })}\n`);
  return { socket, order };
}

async function run(socket: Socket, { argv, cwd, environment }: Order): Promise<void> {
  // Who reads our answer may be gone; and without the keeper there is nobody left to tell.
  process.stdout.on('error', () => undefined);
  socket.on('close', () => process.exit(1));
  preferAsVictim();
  const finish = (message: object) => socket.end(controlFrame({ say: 'ended', ...message }), () => process.exit(0));
  try {
    const pipes = makePipes(['stdout', 'stderr']);
    const child = spawn('/bin/sh', ['-c', COMMAND_SCRIPT, 'sh', ...argv], {
      cwd,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ['ignore', pipes.stdout.writeEnd, pipes.stderr.writeEnd],
    });
    child.once('error', () => finish({ reason: 'notStarted', code: null, signal: null }));
    child.once('spawn', () => socket.write(controlFrame({ say: 'started', pid: child.pid, pgid: child.pid })));
    const pumps = [pump(pipes.stdout, 'stdout', socket), pump(pipes.stderr, 'stderr', socket)];
    child.once('exit', (code, signal) => {
      for (const end of pumps) end();
      finish({ reason: 'exited', code, signal });
    });
  } catch {
    finish({ reason: 'notStarted', code: null, signal: null });
  }
}

/** Carries a pipe's bytes while the keeper takes them; the function it returns carries what is left in it now. */
function pump(pipe: Pipe, stream: Stream, socket: Socket): () => void {
  pipe.close();
  const send = (bytes: Buffer): boolean => {
    socket.cork();
    socket.write(frameHeader(KINDS[stream], bytes.length));
    const goOn = socket.write(bytes);
    socket.uncork();
    return goOn;
  };
  const readOn = () => pipe.source.resume();
  pipe.source.on('data', (bytes: Buffer) => {
    if (!send(bytes)) pipe.source.pause();
  });
  pipe.source.on('error', () => undefined);
  socket.on('drain', readOn);
  return () => {
    socket.off('drain', readOn);
    pipe.source.pause();
    pipe.source.removeAllListeners('data');
    pipe.readNow(PIPE_BYTES).forEach(send);
    pipe.source.destroy();
  };
}

function preferAsVictim(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', LAUNCHER_OOM_SCORE);
  } catch {
    // Where the kernel has no such file, it chooses by size.
  }
}
