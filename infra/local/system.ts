import { join } from 'node:path';
import { processNames, type Log, type ProcessName } from './local-types.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { startServers, type Servers } from './servers.ts';
import type { Environment } from './settings/process-environment.ts';
import { waitFor } from './wait-for.ts';

/** This checkout. */
const root = join(import.meta.dirname, '../..');

/** The script of each process of the product. */
export const SCRIPTS: Record<ProcessName, string> = {
  gateway: 'src/gateway.ts',
  orchestrator: 'workers/orchestrator.ts',
  sandbox: 'workers/sandbox.ts',
};

export type System = Servers & {
  /** Starts a process of the product; the one that ran under this name must have ended. */
  startProcess(name: ProcessName): Promise<RunningProcess>;
  /** One more of the same, with variables of its own on top. Whoever starts it may stop it; `stop` does in the end. */
  startAnother(name: ProcessName, environment?: Environment): Promise<RunningProcess>;
  /** SIGKILL, and waits until it is gone. */
  killProcess(name: ProcessName): Promise<void>;
  /** Of the process that was started last under this name. */
  pid(name: ProcessName): number;
  /** It has said that it is ready, and it lives. */
  isReady(name: ProcessName): boolean;
  /** What the process that was started last under this name has written. */
  output(name: ProcessName): string;
};

export type SystemOptions = {
  dataDir: string;
  mode: 'dev' | 'test';
  log: Log;
  /** What processes are told otherwise than the servers say, such as the address of something in between. */
  environment?: (servers: Servers) => Promise<Partial<Record<ProcessName, Environment>>>;
};

/**
 * The whole product in a data folder of its own: embedded servers on free ports and the three processes, unsupervised, so
 * that whoever started it decides what dies and when. Ready when the gateway is. `stop` ends all of it.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { dataDir, mode, log } = options;
  const servers = await startServers({ dataDir, ports: 'free', mode, log });
  const running = new Map<ProcessName, RunningProcess>();
  const others: RunningProcess[] = [];
  let told: Partial<Record<ProcessName, Environment>> = {};
  const spawn = (name: ProcessName, as: string, environment: Environment) => {
    const args = ['--disable-warning=ExperimentalWarning', join(root, SCRIPTS[name])];
    const env = { ...servers.env[name], ...told[name], ...environment };
    return startProcess(dataDir, { name: as, command: globalThis.process.execPath, args, env });
  };
  const start = async (name: ProcessName) => {
    const process = await spawn(name, name, {});
    running.set(name, process);
    return process;
  };
  const stop = async () => {
    await Promise.all([...running.values(), ...others].map((process) => process.stop()));
    await servers.stop();
  };

  try {
    told = (await options.environment?.(servers)) ?? {};
    for (const name of processNames) await start(name);
    const ended = () => processNames.find((name) => !running.get(name)?.isAlive());
    const isReady = async () => (await fetch(`${servers.publicUrl}/readyz`)).ok;
    const ready = await waitFor(async () => ended() ?? (await isReady()), 60_000);
    const at = (name: ProcessName) => `its log is ${join(dataDir, 'logs', `${name}.log`)}`;
    if (typeof ready === 'string') throw new Error(`The ${ready} ended while it started; ${at(ready)}`);
    if (!ready) throw new Error(`The gateway did not become ready; ${at('gateway')}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...servers,
    stop,
    startProcess: start,
    async startAnother(name, environment = {}) {
      const process = await spawn(name, `${name}-${others.length + 2}`, environment);
      others.push(process);
      return process;
    },
    async killProcess(name) {
      const process = running.get(name);
      process?.kill();
      await process?.stop();
    },
    pid(name) {
      const process = running.get(name);
      if (!process) throw new Error(`${name} was not started`);
      return process.pid;
    },
    output: (name) => running.get(name)?.output() ?? '',
    isReady(name) {
      const process = running.get(name);
      return process !== undefined && process.isAlive() && process.output().includes(`${name} is ready`);
    },
  };
}
