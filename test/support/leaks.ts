import { readdirSync, readFileSync } from 'node:fs';

export type FoundProcess = { pid: number; command: string };

/** What tests left behind in the folder that was TMPDIR for all of them: folders of ours, and processes; no jest worker. */
export function findLeaks(temporary: string): { folders: string[]; processes: FoundProcess[] } {
  const folders = readdirSync(temporary).filter((name) => name.startsWith('panager-'));
  return { folders, processes: processesWith(temporary).filter(({ command }) => !command.includes('jest-worker')) };
}

/** Every other process that was started with this TMPDIR, jest's workers too. Looks on Linux only. */
export function processesWith(temporary: string): FoundProcess[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const words = read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
    const isOurs = words.length > 0 && read(`/proc/${pid}/environ`).split('\0').includes(`TMPDIR=${temporary}`);
    return isOurs ? [{ pid: Number(pid), command: words.join(' ') }] : [];
  });
}

/** Empty when the process is gone or another person's. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
