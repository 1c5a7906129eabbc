import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** The command line of Docker, on the engine that the product uses, with the limits of its runs. */
export interface DockerReference {
  /** Runs this to its end; from the start of the command line to the first byte, and to the end, in milliseconds. */
  run(script: string): Promise<{ first: number; all: number; bytes: number }>;
  /** Starts this and leaves it running. */
  start(name: string, script: string): Promise<void>;
  /** Asks it to end, and kills it after `graceSeconds`. */
  stop(name: string, graceSeconds: number): Promise<void>;
  remove(name: string): Promise<void>;
}

const LIMITS = ['--network', 'none', '--log-driver', 'none', '--init', '--cpus', '1', '--memory', '512m'];

export function createDockerReference(socketPath: string, image: string): DockerReference {
  const engine = ['-H', `unix://${socketPath}`];
  const call = async (...args: string[]) => void (await promisify(execFile)('docker', [...engine, ...args]));
  const command = (script: string) => [image, 'bash', '-c', script];
  return {
    async run(script) {
      const startedAt = performance.now();
      const args = [...engine, 'run', '--rm', ...LIMITS, ...command(script)];
      const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let [first, bytes] = [Number.NaN, 0];
      child.stdout.on('data', (chunk: Buffer) => {
        if (bytes === 0) first = performance.now() - startedAt;
        bytes += chunk.length;
      });
      const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
      if (code !== 0) throw new Error(`docker run ended with ${String(code)}`);
      return { first, all: performance.now() - startedAt, bytes };
    },
    start: (name, script) => call('run', '-d', '--name', name, ...LIMITS, ...command(script)),
    stop: (name, graceSeconds) => call('stop', '-t', String(graceSeconds), name),
    remove: (name) => call('rm', '-f', name),
  };
}
