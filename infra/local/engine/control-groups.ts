import { readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Removes a control group and those below it, in every hierarchy. They must hold no process any more. */
export function removeControlGroups(name: string): void {
  for (const group of [join(ROOT, name), ...folders(ROOT).map((hierarchy) => join(hierarchy, name))]) removeTree(group);
}

function removeTree(group: string): void {
  if (!statSync(group, { throwIfNoEntry: false })?.isDirectory()) return;
  folders(group).forEach(removeTree);
  rmdirSync(group);
}

function folders(parent: string): string[] {
  const entries = readdirSync(parent, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
}
