import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SOURCES = join(import.meta.dirname, '../../../infra/images/keeper');

export type Order = { argv: string[]; cwd?: string; environment?: Record<string, string> };
export type HostKeeper = {
  folder: string;
  attachSocket: string;
  lendingSocket: string;
  forwarderPort: number;
  pid: number;
  /** Where the keeper reads how often the kernel ended something for want of memory. */
  countersFile: string;
  /** Executes one of the keeper's helpers. */
  helper(script: string, ...args: string[]): ChildProcess;
  /** Gives a launcher its order; answers the line it says. */
  launch(order: Order): Promise<{ answer: Record<string, unknown>; launcher: ChildProcess }>;
  close(): Promise<void>;
};

/** The keeper as a plain process of this machine, in a folder of its own. */
export async function startHostKeeper(): Promise<HostKeeper> {
  const folder = mkdtempSync(join(tmpdir(), 'panager-keeper-'));
  const lendingSocket = join(folder, 'lending.sock');
  const countersFile = join(folder, 'counters');
  writeFileSync(countersFile, 'oom_kill_disable 0\noom_kill 2\n');
  const children: ChildProcess[] = [];
  const execute = (script: string, args: string[]) => {
    const child = spawn(process.execPath, [join(SOURCES, script), '--folder', folder, ...args]);
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    children.push(child);
    return child;
  };
  const keeper = execute('keeper.ts', ['--port', '0', '--lending', lendingSocket, '--counters', countersFile]);
  const { port } = await firstLine(keeper);
  return {
    folder,
    attachSocket: join(folder, 'attach.sock'),
    lendingSocket,
    forwarderPort: Number(port),
    pid: keeper.pid ?? 0,
    countersFile,
    helper: (script, ...args) => execute(script, args),
    launch: async (order) => {
      const launcher = execute('launch.ts', []);
      launcher.stdin?.end(`${JSON.stringify(order)}\n`);
      return { answer: await firstLine(launcher), launcher };
    },
    close: async () => {
      const ended = children.map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        return new Promise((resolve) => child.once('exit', resolve));
      });
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
      rmSync(folder, { recursive: true });
    },
  };
}

/** The first line that a process writes, as JSON; an empty object when it ends without one. */
async function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('This process has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return JSON.parse(line) as Record<string, unknown>;
  }
  return {};
}
