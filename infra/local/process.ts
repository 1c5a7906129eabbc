import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareLog, readAdded } from './processes/log-file.ts';
import { readPidFile, recordedNames, removePidFile, writePidFile } from './processes/pid-file.ts';
import { isAlive, startTimeOf, type ProcessIdentity } from './processes/process-identity.ts';
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
  exited(): Promise<void>;
  logFile: string;
  /** Where in the log this start begins, in bytes. */
  outputFrom: number;
  /** What it has written to its log since this start. */
  output(): string;
  /** Ends it, within the spec's time, by SIGKILL at last. Safe to call twice. */
  stop(): Promise<void>;
  /** A signal that it understands, if it is still there. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL for its whole group, without waiting. */
  kill(): void;
};

/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor the supervisor's death reaches it, with a pid
 * file by which the next start finds it, and its output in `<dataDir>/logs/<name>.log`.
 */
export async function startProcess(dataDir: string, spec: ProcessSpec): Promise<RunningProcess> {
  const log = prepareLog(dataDir, spec.name);
  const output = openSync(log.file, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: dataDir,
    env: { ...spec.env },
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const id = { pid: child.pid ?? 0, startedAt: startTimeOf(child.pid ?? 0) ?? 'gone' };
  if (child.pid !== undefined) {
    const { command, args, ports = [], fingerprint = '' } = spec;
    writePidFile(dataDir, spec.name, { ...id, command, args: [...args], ports: [...ports], fingerprint });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${spec.name} could not be started: ${error.message}`)));
  });
  // Node has to collect its own child, or a dead one stays in the process table until we end.
  const collected = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.unref();
  const process = running(dataDir, spec, id, log);
  const stop = async () => {
    child.ref();
    await process.stop();
    await collected;
  };
  return { ...process, exited: () => collected, stop };
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
  const process = { ...running(dataDir, spec, left, prepareLog(dataDir, spec.name)), adopted: true };
  const isSame =
    left.command === spec.command &&
    left.fingerprint === (spec.fingerprint ?? '') &&
    JSON.stringify(left.args) === JSON.stringify(spec.args);
  if (isSame && isAlive(left) && (await isHealthy(process).catch(() => false))) return process;
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
  if (left) await running(dataDir, { ...left, name, env: {} }, left, prepareLog(dataDir, name)).stop();
}

/** Stops everything that earlier starts recorded in this data folder. */
export async function stopAllLeftovers(dataDir: string): Promise<void> {
  await Promise.all(recordedNames(dataDir).map((name) => stopLeftover(dataDir, name)));
}

function running(
  dataDir: string,
  spec: ProcessSpec,
  id: ProcessIdentity,
  log: { file: string; size: number },
): RunningProcess {
  return {
    pid: id.pid,
    adopted: false,
    logFile: log.file,
    outputFrom: log.size,
    output: () => readAdded(log.file, log.size).toString('utf8'),
    isAlive: () => isAlive(id),
    exited: async () => {
      // Somebody else's child cannot be waited for, only looked at.
      while (isAlive(id)) await delay(500, undefined, { ref: false });
    },
    signal: (signal) => {
      if (isAlive(id)) send(id.pid, signal);
    },
    kill: () => {
      if (isAlive(id)) send(-id.pid, 'SIGKILL');
    },
    stop: async () => {
      await end(id, spec.stopSignal ?? 'SIGTERM', spec.stopTimeoutMs ?? 10_000);
      removePidFile(dataDir, spec.name, id);
    },
  };
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
