import { RUN_UID } from '../../src/domain/container-users.ts';
import type { ContainerEngine, ContainerRef } from '../../src/ports/container-engine.ts';
import type { LentFile } from '../../src/ports/lending.ts';
import { lookAgain } from '../failures.ts';
import { failedRun } from './failed-run.ts';
import { runToEnd } from './keeper.ts';

/*
 * Secrets for tools that insist on a file (CO-3): through an exec's stdin into memory, as the command's user, for one
 * execution. An environment, an argument, an image, a mount or an archive copy would leave them on a disk of the host.
 */

/** A tmpfs of the command's user in every container; images have nothing there. */
const FOLDER = '/run/lent';
const UNSAFE = 44;
/** `stat`'s raw mode of a regular file that only its owner may read and write. */
const PRIVATE_FILE = '8180';
const REMOVE_MS = 15_000;

/**
 * Only a private file of our own may be there already: a try that died in the middle has left it. Noclobber stops links;
 * what it would write through, as a FIFO, is refused before.
 */
const DELIVER = `
cd ${FOLDER} && [ "$(stat -f -c %T .)" = tmpfs ] || exit ${UNSAFE}
if [ -e "$1" ] || [ -L "$1" ]; then
  [ "$(stat -c '%f %u %h' "$1")" = '${PRIVATE_FILE} ${RUN_UID} 1' ] || exit ${UNSAFE}
  rm "$1"
fi
umask 077
set -C
cat > "$1" || exit ${UNSAFE}
stat -c '%f %u %g %h %s' "$1"
`;

const REMOVE = `cd ${FOLDER} && find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + ; [ -z "$(ls -A ${FOLDER})" ]`;

/** Right before the command, which finds each at `/run/lent/<name>`. Throws `secretUndelivered`, with nothing written through what was in the way. */
export async function deliverFiles(
  engine: ContainerEngine,
  ref: ContainerRef,
  files: readonly LentFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name, content } of files) {
    const argv = ['/bin/sh', '-c', DELIVER, 'deliver', name];
    const { code, stdout } = await runToEnd(engine, ref, argv, { input: content, signal });
    if (code === UNSAFE) throw failedRun('secretUndelivered');
    const expected = `${PRIVATE_FILE} ${RUN_UID} ${RUN_UID} 1 ${Buffer.byteLength(content)}`;
    if (stdout.trim() !== expected) throw lookAgain('secretUndelivered', 500);
  }
}

/**
 * Right after the command: everything in that folder, whoever made it, and looks. What holds on to it goes with its
 * container, which is killed then. Throws when neither could be seen.
 */
export async function removeFiles(engine: ContainerEngine, ref: ContainerRef): Promise<void> {
  const argv = ['/bin/sh', '-c', REMOVE];
  const removed = await runToEnd(engine, ref, argv, { signal: AbortSignal.timeout(REMOVE_MS) }).catch(() => null);
  if (removed?.code === 0) return;
  await engine.kill(ref);
  if ((await engine.find(ref))?.running) throw lookAgain('secretNotRemoved', 500);
}
