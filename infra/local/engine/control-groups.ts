import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Removes control groups whose names begin so, in every hierarchy. They must hold no process any more. */
export function removeControlGroups(prefix: string): void {
  if (process.platform !== 'linux') return;
  const hierarchies = [ROOT, ...folders(ROOT)];
  const groups = hierarchies.flatMap(folders).filter((group) => group.split('/').at(-1)?.startsWith(prefix));
  groups.forEach(removeTree);
}

function removeTree(group: string): void {
  folders(group).forEach(removeTree);
  rmdirSync(group);
}

function folders(parent: string): string[] {
  const entries = readdirSync(parent, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
}
