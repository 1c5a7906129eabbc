import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

/** What a private repository of the git server wants from its owner. */
export const LOGIN = { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' };

export interface SandboxRoom {
  sandbox: Sandbox;
  git: GitServer;
  userId: string;
  /** Of this room alone, gone with it. */
  folder: string;
  close(): Promise<void>;
}

/** A sandbox, a git server to clone from, and a person. */
export async function openSandboxRoom(): Promise<SandboxRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'panager-runs-'));
  const git = await startGitServer(join(folder, 'git'), LOGIN);
  const sandbox = await startSandbox();
  const userId = await sandbox.database.newPerson();
  return {
    sandbox,
    git,
    userId,
    folder,
    async close() {
      await sandbox.close();
      await git.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
