import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, startTimeOf, type ProcessIdentity } from './process-identity.ts';
import { waitFor } from './wait-for.ts';

/** What to run. Two specs with the same `command`, `args` and `fingerprint` are the same server. */
export type ProcessSpec = {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Where it listens on 127.0.0.1, remembered for the next start. */
  ports?: readonly number[];
  /** Anything else that makes a running one unfit to be adopted when it differs, such as a configuration file's text. */
  fingerprint?: string;
  /** Asks for an orderly end; SIGTERM unless said. */
  stopSignal?: NodeJS.Signals;
  /** How long the orderly end may take before SIGKILL, in milliseconds; 10 s unless said. */
  stopTimeoutMs?: number;
};

export type RunningProcess = {
  pid: number;
  /** True when an earlier start left it running and this one took it over. */
  adopted: boolean;
  isAlive(): boolean;
  /** Settles when it is gone, whoever ended it. */
  exited: Promise<void>;
  /** What it has written to its log since this start. */
  output(): string;
  logFile: string;
  /** Where in the log this start begins, in bytes. */
  outputFrom: number;
  /** SIGKILL for its whole group, without waiting. */
  kill(): void;
  /** Ends it, within the spec's time, by SIGKILL at last. Safe to call twice. */
  stop(): Promise<void>;
};

type PidFile = ProcessIdentity & { command: string; args: string[]; ports: number[]; fingerprint: string };

const LOG_LIMIT_BYTES = 10_000_000;

/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor the supervisor's death reaches it, with a pid
 * file (`<dataDir>/run/<name>.json`) by which the next start finds it, and its output in `<dataDir>/logs/<name>.log`.
 */
export async function startProcess(dataDir: string, spec: ProcessSpec): Promise<RunningProcess> {
  const logFile = openableLog(dataDir, spec.name);
  const outputFrom = statSync(logFile).size;
  const log = openSync(logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: dataDir,
    env: { ...spec.env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const spawned = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${spec.name} could not be started: ${error.message}`)));
  });
  if (child.pid !== undefined) recordPid(dataDir, spec, child.pid);
  await spawned;
  // Node has to collect its own child, or a dead one stays in the process table until we end.
  const collected = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.unref();
  const id = { pid: child.pid ?? 0, startedAt: startTimeOf(child.pid ?? 0) ?? 'gone' };
  const process = running(dataDir, spec, id, outputFrom);
  const stop = async () => {
    child.ref();
    await process.stop();
    await collected;
  };
  return { ...process, exited: collected, stop };
}

/**
 * The process that an earlier start left behind, if it is the very same server and still healthy; anything else that was
 * left under this name is stopped first. A pid that now belongs to a stranger is never touched.
 */
export async function adoptOrStop(
  dataDir: string,
  spec: ProcessSpec,
  isHealthy: (process: RunningProcess) => Promise<boolean>,
): Promise<RunningProcess | undefined> {
  const left = readPidFile(dataDir, spec.name);
  if (!left) return undefined;
  const logFile = openableLog(dataDir, spec.name);
  const process = running(dataDir, spec, left, statSync(logFile).size, true);
  if (isSame(left, spec) && isAlive(left) && (await isHealthy(process).catch(() => false))) return process;
  await process.stop();
  return undefined;
}

/** The ports of what an earlier start recorded under this name. */
export function lastPorts(dataDir: string, name: string): readonly number[] | undefined {
  return readPidFile(dataDir, name)?.ports;
}

/** Stops whatever runs under this name, whichever version of us started it. */
export async function stopLeftover(dataDir: string, name: string): Promise<void> {
  const left = readPidFile(dataDir, name);
  if (left) await running(dataDir, { name, ...left, env: {} }, left, 0).stop();
}

/** Stops everything that earlier starts recorded in this data folder. */
export async function stopAllLeftovers(dataDir: string): Promise<void> {
  const run = join(dataDir, 'run');
  const names = existsSync(run) ? readdirSync(run).filter((file) => file.endsWith('.json')) : [];
  await Promise.all(names.map((file) => stopLeftover(dataDir, basename(file, '.json'))));
}

function running(
  dataDir: string,
  spec: ProcessSpec,
  id: ProcessIdentity,
  outputFrom: number,
  adopted = false,
): RunningProcess {
  const logFile = logFileOf(dataDir, spec.name);
  return {
    pid: id.pid,
    adopted,
    logFile,
    outputFrom,
    kill: () => {
      if (isAlive(id)) send(-id.pid, 'SIGKILL');
    },
    isAlive: () => isAlive(id),
    get exited() {
      return waitForEnd(id);
    },
    output: () => readFileSync(logFile).subarray(outputFrom).toString('utf8'),
    stop: async () => {
      await end(id, spec.stopSignal ?? 'SIGTERM', spec.stopTimeoutMs ?? 10_000);
      const recorded = readPidFile(dataDir, spec.name);
      if (recorded?.pid === id.pid && recorded.startedAt === id.startedAt)
        rmSync(pidFileOf(dataDir, spec.name), { force: true });
    },
  };
}

/** Somebody else's child cannot be waited for, only looked at. */
async function waitForEnd(id: ProcessIdentity): Promise<void> {
  while (isAlive(id)) await delay(500, undefined, { ref: false });
}

async function end(id: ProcessIdentity, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!isAlive(id)) return;
  send(id.pid, signal);
  if (await waitFor(() => !isAlive(id), timeoutMs, 20)) return;
  // The group, so that nothing it started outlives it.
  send(-id.pid, 'SIGKILL');
  if (!(await waitFor(() => !isAlive(id), 5_000, 20))) throw new Error(`Process ${id.pid} survived SIGKILL.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function recordPid(dataDir: string, spec: ProcessSpec, pid: number): void {
  const record: PidFile = {
    pid,
    startedAt: startTimeOf(pid) ?? 'gone',
    command: spec.command,
    args: [...spec.args],
    ports: [...(spec.ports ?? [])],
    fingerprint: spec.fingerprint ?? '',
  };
  const file = pidFileOf(dataDir, spec.name);
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.${pid}`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.${pid}`, file);
}

function readPidFile(dataDir: string, name: string): PidFile | undefined {
  try {
    return JSON.parse(readFileSync(pidFileOf(dataDir, name), 'utf8')) as PidFile;
  } catch {
    return undefined;
  }
}

function isSame(left: PidFile, spec: ProcessSpec): boolean {
  return (
    left.command === spec.command &&
    left.fingerprint === (spec.fingerprint ?? '') &&
    JSON.stringify(left.args) === JSON.stringify(spec.args)
  );
}

function openableLog(dataDir: string, name: string): string {
  const file = logFileOf(dataDir, name);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  if (statSync(file).size > LOG_LIMIT_BYTES) {
    renameSync(file, `${file}.1`);
    closeSync(openSync(file, 'a', 0o600));
  }
  return file;
}

const pidFileOf = (dataDir: string, name: string) => join(dataDir, 'run', `${name}.json`);
const logFileOf = (dataDir: string, name: string) => join(dataDir, 'logs', `${name}.log`);
