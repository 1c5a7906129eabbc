import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { startProcess, type RunningProcess } from '../process.ts';
import { waitFor } from '../wait-for.ts';
import { cleanUpEngines, controlGroupOf } from './clean-up.ts';
import { findCommand, whyNoEngine } from './missing.ts';

const READY_MS = 60_000;
/** The kernel's limit for the path of a unix socket, with its closing zero. */
const MAX_SOCKET_PATH = 107;

export type PrivateEngine = {
  socketPath: string;
  /** Folders in which mounts of ours are seen by containers of this engine. */
  workspacesRoot: string;
  /** The first process of the engine's own world: stopping it freezes nothing else, killing it ends all of it. */
  process: RunningProcess;
  /** SIGKILL for the engine and every container, then a new one over the same data. */
  restart(): Promise<void>;
  /** Ends it with every container and takes away its mounts and control groups; the folder is the caller's. */
  stop(): Promise<void>;
};

/**
 * A container engine of its own for tests: with its own network, process and mount namespaces, so that it touches no other
 * engine's bridge, ends as a whole whichever way it dies, and leaves no mount. Everything lies in `<dataDir>/<name>`.
 */
export async function startPrivateEngine(dataDir: string, name = 'engine'): Promise<PrivateEngine> {
  const missing = whyNoEngine();
  if (missing) throw new Error(`No container engine was started: ${missing}.`);
  const folder = join(dataDir, name);
  const socketPath = join(folder, 'engine.sock');
  if (socketPath.length > MAX_SOCKET_PATH) throw new Error('The data folder has too long a path for a socket.');
  const workspacesRoot = join(folder, 'workspaces');
  mkdirSync(workspacesRoot, { recursive: true, mode: 0o700 });
  // Shared, so that what is mounted here later is seen by the engine too; its other mounts stay its own.
  execFileSync('mount', ['--bind', workspacesRoot, workspacesRoot]);
  execFileSync('mount', ['--make-shared', workspacesRoot]);
  // The machine's own settings are for the machine's own engine.
  writeFileSync(join(folder, 'daemon.json'), '{}');
  const groups = controlGroupOf(dataDir) + name;

  const start = async () => {
    // An earlier life counted its processes from 1 as well: what it recorded would be taken for living ones.
    for (const left of ['engine.pid', 'exec']) rmSync(join(folder, left), { recursive: true, force: true });
    const started = await startProcess(dataDir, spec(name, folder, socketPath, groups));
    const isReady = await waitFor(() => !started.isAlive() || answersPing(socketPath), READY_MS);
    if (isReady && started.isAlive()) return started;
    const said = started.output().trim().split('\n').slice(-3).join('\n');
    await started.stop();
    throw new Error(`The container engine did not start. It said:\n${said}`);
  };
  // Others may run in the same data folder: theirs stays.
  const cleanUp = () => cleanUpEngines(folder, groups);

  const engine: PrivateEngine = {
    socketPath,
    workspacesRoot,
    process: await start().catch(async (error: unknown) => {
      await cleanUp();
      throw error;
    }),
    restart: async () => {
      await engine.process.stop();
      engine.process = await start();
    },
    stop: async () => {
      await engine.process.stop();
      await cleanUp();
    },
  };
  return engine;
}

function spec(name: string, folder: string, socketPath: string, groups: string) {
  const command = (needed: string) => findCommand(needed) ?? needed;
  return {
    name,
    command: command('unshare'),
    args: [
      ...['--net', '--pid', '--mount', '--mount-proc', '--propagation', 'slave', '--fork', '--kill-child'],
      ...[command('docker-init'), '--', command('dockerd')],
      ...['--config-file', join(folder, 'daemon.json'), '--host', `unix://${socketPath}`],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'engine.pid'), '--cgroup-parent', `/${groups}`],
      // Its containers have no network. Safe here only because this engine has a network namespace of its own.
      ...['--bridge', 'none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
      ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--log-level', 'error'],
    ],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    // Nothing in it outlives a test: an orderly end would only take longer.
    stopSignal: 'SIGKILL' as const,
  };
}

function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', reject);
    asked.end();
  });
}
