import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, relative } from 'node:path';

export const SOCKET_NAME = 'proxy.sock';

export interface SocketFile {
  /** Takes it away, unless another proxy has put its own there since. */
  remove(): void;
}

/**
 * Listens on `<folder>/proxy.sock`, folder 0750 and socket 0660, of root and `gid`. It is made under another name and
 * moved there when it is ready: what an earlier proxy left is replaced, nobody meets a socket with other rights, and when
 * that earlier proxy ends at last, it does not take ours away. The folder itself is never made: it is bind-mounted.
 * @throws when the folder is missing or not ours
 */
export async function openSocketFile(server: Server, folder: string, gid: number): Promise<SocketFile> {
  if (!lstatSync(folder).isDirectory()) throw new Error('the socket folder is no folder');
  const [uid, group] = process.getuid?.() === 0 ? [0, gid] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  chownSync(folder, uid, group);
  chmodSync(folder, 0o750);

  const fresh = join(folder, `.proxy-${process.pid}.sock`);
  const path = join(folder, SOCKET_NAME);
  rmSync(fresh, { force: true });
  server.listen(shortest(fresh));
  await once(server, 'listening');
  chownSync(fresh, uid, group);
  chmodSync(fresh, 0o660);
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

/** The kernel takes less than 108 bytes for the path of a socket; the folder of a run may well be longer. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}
