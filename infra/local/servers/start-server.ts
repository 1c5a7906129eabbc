import type { Log, PortChoice } from '../local-types.ts';
import { keepServing } from './keep-serving.ts';
import type { RunningServer } from './running-server.ts';
import { anyFreePort, nextFreePort } from '../ports.ts';
import { adoptOrStop, lastPorts, startProcess, type ProcessSpec, type RunningProcess } from '../process.ts';
import { waitFor } from '../wait-for.ts';

export type ServerStart = {
  name: string;
  dataDir: string;
  /** One for each port it needs: the contract's numbers. */
  preferredPorts: readonly number[];
  choice: PortChoice;
  /** Must be the same for the same ports, or a leftover cannot be recognised. */
  spec: (ports: readonly number[]) => Promise<Omit<ProcessSpec, 'name' | 'ports'>>;
  isHealthy: (ports: readonly number[], process: RunningProcess) => Promise<boolean>;
  log: Log;
};

const ATTEMPTS = 3;
const READY_TIMEOUT_MS = 30_000;

/**
 * Takes over the healthy server that an earlier start left in this data folder, or starts one and waits until it answers.
 * A port lost to somebody else between choosing and binding costs another attempt. Throws with the end of its log.
 */
export async function startServer(start: ServerStart): Promise<RunningServer> {
  const left = lastPorts(start.dataDir, start.name);
  if (left) {
    const spec = { name: start.name, ports: left, ...(await start.spec(left)) };
    const adopted = await adoptOrStop(start.dataDir, spec, (process) => start.isHealthy(left, process));
    if (adopted) {
      start.log(`${start.name} was still running (pid ${adopted.pid}) and is taken over.`);
      return keepServing(adopted, left, start, () => startAt(start, left));
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(start);
    try {
      return keepServing(await startAt(start, ports), ports, start, () => startAt(start, ports));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Starts it at these ports and waits for its first healthy answer. Throws, with nothing left running. */
async function startAt(start: ServerStart, ports: readonly number[]): Promise<RunningProcess> {
  const process = await startProcess(start.dataDir, { name: start.name, ports, ...(await start.spec(ports)) });
  const outcome = await waitFor(
    async () => (process.isAlive() ? (await start.isHealthy(ports, process)) && 'ready' : 'ended'),
    READY_TIMEOUT_MS,
  );
  if (outcome === 'ready') return process;
  await process.stop();
  const what = outcome === 'ended' ? 'ended while starting' : 'did not become ready in time and was stopped';
  const tail = process.output().trim().split('\n').slice(-5).join('\n');
  throw new Error(
    `${start.name} ${what}. Its log is ${process.logFile}${tail ? `, and ends with:\n${tail}` : ' (empty).'}`,
  );
}

async function choosePorts({ preferredPorts, choice }: ServerStart): Promise<number[]> {
  const ports: number[] = [];
  for (const preferred of preferredPorts) {
    ports.push(choice === 'free' ? await anyFreePort() : await nextFreePort(preferred, new Set(ports)));
  }
  return ports;
}
