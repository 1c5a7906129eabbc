import { spawn } from 'node:child_process';
import { constants, openSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connectKeeper } from './connect-keeper.ts';
import { controlFrame, createFrameReader } from './frames.ts';
import { createLineReader, parseObject } from './lines.ts';
import { readPlaces } from './places.ts';

/*
 * Executed as the command's user, with one line of JSON on stdin: {"argv": [...], "cwd"?, "environment"?}. Answers one
 * line, {"granted": true} or {"granted": false, "reason"}, and stays as the command's parent: it
 * tells the keeper how the command ended. Whoever executes it may go away after the answer.
 */

const MAX_LINE_BYTES = 4 * 1024 * 1024;
/** When memory is short the kernel ends the command first, its launcher later and the keeper last. */
const COMMAND_SCRIPT = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; exec "$@"';
const LAUNCHER_OOM_SCORE = '500';

type Order = { argv: string[]; cwd: string | undefined; environment: Record<string, string> };

const order = await readOrder();
const { socket, output } = await claim();
run(socket, output, order);

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

async function claim(): Promise<{ socket: Socket; output: string[] }> {
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
  return { socket, output: answer['output'] as string[] };
}

/** Ends with the command; without a keeper there is nobody left to tell. */
function run(socket: Socket, output: string[], { argv, cwd, environment }: Order): void {
  // Who reads our answer may be gone by now.
  process.stdout.on('error', () => undefined);
  socket.on('close', () => process.exit(1));
  preferAsVictim();
  const finish = (message: object) => socket.end(controlFrame({ say: 'ended', ...message }), () => process.exit(0));
  try {
    const [stdout, stderr] = output.map((path) => openSync(path, constants.O_WRONLY));
    const child = spawn('/bin/sh', ['-c', COMMAND_SCRIPT, 'sh', ...argv], {
      cwd,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ['ignore', stdout, stderr],
    });
    child.once('error', () => finish({ reason: 'notStarted', code: null, signal: null }));
    child.once('spawn', () => socket.write(controlFrame({ say: 'started', pid: child.pid, pgid: child.pid })));
    child.once('exit', (code, signal) => finish({ reason: 'exited', code, signal }));
  } catch {
    finish({ reason: 'notStarted', code: null, signal: null });
  }
}

function preferAsVictim(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', LAUNCHER_OOM_SCORE);
  } catch {
    // Where the kernel has no such file, it chooses by size.
  }
}
