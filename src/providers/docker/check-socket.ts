import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { shortSocketPath } from '../../short-socket-path.ts';

const NAME = 'check.sock';

export interface CheckSocket {
  /** To be mounted where `inside` lies. */
  folder: string;
  inside: (target: string) => string;
  close(): Promise<void>;
}

/**
 * A socket for a container to connect to. Everything that a run reaches comes through one, and not every engine passes
 * them on: one in a virtual machine of its own may show the file and connect nobody.
 */
export async function openCheckSocket(workspacesRoot: string): Promise<CheckSocket> {
  const folder = join(workspacesRoot, '.check');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const path = join(folder, NAME);
  const server = createServer((connection) => connection.on('error', () => undefined).end());
  await once(server.listen(shortSocketPath(path)), 'listening');
  // Open to the container's users, whom no host has; the folder above is ours alone.
  await chmod(path, 0o666);
  return {
    folder,
    inside: (target) => `${target}/${NAME}`,
    async close() {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
