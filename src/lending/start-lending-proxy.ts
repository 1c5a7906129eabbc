import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LendingSettingsInput } from './settings.ts';

const PROXY = fileURLToPath(new URL('../../workers/lending-proxy.ts', import.meta.url));
const READY = 'lending proxy is ready';
const START_MS = 30_000;
const STOP_MS = 5_000;
/** Bodies of a run, parsed; a run that wants more ends its own proxy and nobody else's. */
const HEAP_MB = 512;

export interface LendingProxy {
  pid: number;
  /** Settles when it is gone, whoever ended it, with its exit code; null after a signal. */
  exited: Promise<number | null>;
  /** Ends it and waits until it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** Its own words are in the lines that `onLine` gets. */
export class LendingProxyFailed extends Error {
  override readonly name = 'LendingProxyFailed';
}

/**
 * Starts the lending proxy of one run and waits until its socket can be connected to. It ends with this process, however
 * that dies: its stdin is our end of a pipe. `onLine` gets what it writes for the log. @throws LendingProxyFailed
 */
export async function startLendingProxy(
  settings: LendingSettingsInput,
  { onLine, compileCache }: { onLine: (line: string) => void; compileCache?: string },
): Promise<LendingProxy> {
  // An environment of its own, in which there is nothing: not ours, which holds our credentials.
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, PROXY], {
    env: {
      ...kept(['TMPDIR', 'NODE_EXTRA_CA_CERTS']),
      ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
    },
    // A socket's path must be short, and is: it begins here.
    cwd: settings.socketDir,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  createInterface(child.stderr).on('line', onLine);
  const exited = exitOf(child);
  const stop = async () => {
    child.stdin.destroy();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const isReady = await Promise.race([readyLine(child), exited.then(() => false), late(exited)]);
  if (!isReady || child.pid === undefined) {
    await stop();
    throw new LendingProxyFailed('the lending proxy did not become ready');
  }
  return { pid: child.pid, exited, stop };
}

function kept(names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** A child that cannot be started has no exit, only an error. */
async function exitOf(child: ChildProcess): Promise<number | null> {
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  } catch {
    return null;
  }
}

async function readyLine(child: ChildProcess): Promise<boolean> {
  if (!child.stdout) return false;
  for await (const line of createInterface(child.stdout)) if (line === READY) return true;
  return false;
}

function late(exited: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), START_MS);
    void exited.then(() => clearTimeout(timer));
  });
}
