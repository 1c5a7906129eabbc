import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/**
 * SIGSTOP, as a stopped virtual machine would feel it, and waits until no thread runs any more: the signal is delivered
 * to each of them in its own time. Thaw with SIGCONT.
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(`every thread of process ${pid} stopped`, async () => (isStopped(pid) ? true : null));
}

export function thaw(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');
  }
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The second field is the command in brackets and may itself hold brackets: count from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
