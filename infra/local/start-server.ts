import type { Log, PortChoice } from './local-types.ts';
import { anyFreePort, nextFreePort } from './ports.ts';
import { adoptOrStop, lastPorts, startProcess, type ProcessSpec, type RunningProcess } from './process.ts';
import { waitFor } from './wait-for.ts';

export type ServerStart = {
  name: string;
  dataDir: string;
  /** One for each port it needs: the contract's numbers. */
  preferredPorts: readonly number[];
  choice: PortChoice;
  /** Must be the same for the same ports, or a leftover cannot be recognised. */
  spec: (ports: readonly number[]) => Promise<Omit<ProcessSpec, 'name' | 'ports'>>;
  isHealthy: (ports: readonly number[], process: RunningProcess) => Promise<boolean>;
  /** From start to the first healthy answer, in milliseconds; 30 s unless said. */
  readyTimeoutMs?: number;
  log: Log;
};

export type StartedServer = { process: RunningProcess; ports: readonly number[] };

const ATTEMPTS = 3;

/**
 * Takes over the healthy server that an earlier start left in this data folder, or starts one and waits until it answers.
 * A port lost to somebody else between choosing and binding costs another attempt. Throws with the end of its log.
 */
export async function startServer(start: ServerStart): Promise<StartedServer> {
  const left = lastPorts(start.dataDir, start.name);
  if (left) {
    const spec = { name: start.name, ports: left, ...(await start.spec(left)) };
    const adopted = await adoptOrStop(start.dataDir, spec, (process) => start.isHealthy(left, process));
    if (adopted) {
      start.log(`${start.name} was still running (pid ${adopted.pid}) and is taken over.`);
      return { process: adopted, ports: left };
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(start);
    const process = await startProcess(start.dataDir, { name: start.name, ports, ...(await start.spec(ports)) });
    const outcome = await waitFor(
      async () => (process.isAlive() ? (await start.isHealthy(ports, process)) && 'ready' : 'ended'),
      start.readyTimeoutMs ?? 30_000,
    );
    if (outcome === 'ready') return { process, ports };
    await process.stop();
    if (attempt === ATTEMPTS || outcome !== 'ended') throw new Error(describeFailure(start.name, process, outcome));
  }
}

async function choosePorts({ preferredPorts, choice }: ServerStart): Promise<number[]> {
  const ports: number[] = [];
  for (const preferred of preferredPorts) {
    ports.push(choice === 'free' ? await anyFreePort() : await nextFreePort(preferred, new Set(ports)));
  }
  return ports;
}

function describeFailure(name: string, process: RunningProcess, outcome: string | undefined): string {
  const what = outcome === 'ended' ? 'ended while starting' : 'did not become ready in time and was stopped';
  const tail = process.output().trim().split('\n').slice(-5).join('\n');
  return `${name} ${what}. Its log is ${process.logFile}${tail ? `, and ends with:\n${tail}` : ' (empty).'}`;
}
