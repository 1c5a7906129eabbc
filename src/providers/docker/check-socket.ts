import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { shortSocketPath } from '../../short-socket-path.ts';
import { CHECK_FOLDER } from '../workspaces/run-folder.ts';

const NAME = 'check.sock';
const LONGEST_PATH = 107;

export interface CheckSocket {
  /** To be mounted in the container that looks. */
  folder: string;
  name: string;
  close(): Promise<void>;
}

/**
 * A socket for a container to connect to. Everything that a run reaches comes through one, and not every engine passes
 * them on: one in a virtual machine of its own may show the file and connect nobody. Null where the path is too long for
 * this process, which is no fault of the engine.
 */
export async function openCheckSocket(workspacesRoot: string): Promise<CheckSocket | null> {
  const folder = await mkdtemp(join(workspacesRoot, CHECK_FOLDER));
  const path = shortSocketPath(join(folder, NAME));
  const server = createServer((connection) => connection.on('error', () => undefined).end());
  const close = async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    await close();
    return null;
  }
  await once(server.listen(path), 'listening');
  // Open to the container's users, whom no host has; the folder above is ours alone.
  await chmod(folder, 0o755);
  await chmod(path, 0o666);
  return { folder, name: NAME, close };
}
