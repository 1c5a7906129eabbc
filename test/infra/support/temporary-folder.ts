import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAllLeftovers } from '../../../infra/local/process.ts';

export type TemporaryFolder = { path: string; remove(): Promise<void> };

/** A data folder of this test's own; removing it also ends every process that is recorded in it. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'panager-infra-'));
  return {
    path,
    remove: async () => {
      await stopAllLeftovers(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
