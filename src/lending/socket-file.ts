import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { shortSocketPath } from '../short-socket-path.ts';

export const SOCKET_NAME = 'proxy.sock';

export interface SocketFile {
  /** Takes it away, unless another proxy has put its own there since. */
  remove(): void;
}

/**
 * Listens on `<folder>/proxy.sock`: as root folder 0750 and socket 0660, of root and `gid`. Elsewhere `gid` cannot be given
 * anything, and both are open to every user, of whom only those of the run's containers get to it: the folder above is
 * ours alone. It is made under another name and
 * moved there when it is ready: what an earlier proxy left is replaced, nobody meets a socket with other rights, and when
 * that earlier proxy ends at last, it does not take ours away. The folder itself is never made: it is bind-mounted.
 * @throws when the folder is missing or not ours
 */
export async function openSocketFile(server: Server, folder: string, gid: number): Promise<SocketFile> {
  if (!lstatSync(folder).isDirectory()) throw new Error('the socket folder is no folder');
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, 0, gid);
  chmodSync(folder, isRoot ? 0o750 : 0o755);

  const fresh = join(folder, `.proxy-${process.pid}.sock`);
  const path = join(folder, SOCKET_NAME);
  rmSync(fresh, { force: true });
  server.listen(shortSocketPath(fresh));
  await once(server, 'listening');
  if (isRoot) chownSync(fresh, 0, gid);
  chmodSync(fresh, isRoot ? 0o660 : 0o666);
  const { ino } = statSync(fresh);
  renameSync(fresh, path);
  return {
    remove() {
      try {
        if (lstatSync(path).ino === ino) unlinkSync(path);
      } catch {
        // It is gone already, perhaps with its folder.
      }
    },
  };
}
