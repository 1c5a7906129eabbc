import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const COMMANDS = ['dockerd', 'docker-init', 'containerd', 'runc', 'unshare', 'mount', 'mkfs.ext4', 'busybox'];

/** Why no private engine can be started here, in words for whoever runs the tests; undefined when one can. */
export function whyNoEngine(): string | undefined {
  if (process.platform !== 'linux') return 'a private container engine needs Linux';
  if (process.getuid?.() !== 0) return 'a private container engine needs root';
  const missing = COMMANDS.filter((name) => findCommand(name) === undefined);
  return missing.length > 0 ? `missing here: ${missing.join(', ')} (see infra/local/install-engine.sh)` : undefined;
}

/** Where a command is; administrators' folders are looked at even where PATH leaves them out. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
