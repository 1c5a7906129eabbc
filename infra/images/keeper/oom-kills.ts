import { readFileSync } from 'node:fs';

/** Where the kernel counts for this container: control groups of version 2, then of version 1. */
const COUNTERS = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];

/** How many processes of this container the kernel has ended for want of memory; null where it does not say. */
export function countOomKills(files: readonly string[] = COUNTERS): number | null {
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(read(file))?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
