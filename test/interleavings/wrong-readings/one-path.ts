import type { CredentialPath } from '../../../src/ports/credential-vault.ts';
import type { PracticeVault } from '../practice-vault.ts';
import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

const PLACE = 'the-one-place';

/** One path for each person and provider, whatever the attempt; a new secret is written over the old one. */
function withOnePath(vault: PracticeVault): PracticeVault {
  const one = (path: CredentialPath): CredentialPath => ({ ...path, attemptId: PLACE });
  let newest: string | null = null;
  return {
    ...vault,
    async create(path, credential) {
      newest = path.attemptId;
      if ((await vault.create(one(path), credential)) === 'exists') vault.put(one(path), credential);
      return 'created';
    },
    bury: (path) => vault.bury(one(path)),
    read: (path) => vault.read(one(path)),
    replace: (path, credential, revision) => vault.replace(one(path), credential, revision),
    destroy: (path) => vault.destroy(one(path)),
    // Whose secret it is that lies there.
    contents: () =>
      vault.contents().map(({ path, stored }) => ({ path: { ...path, attemptId: newest ?? PLACE }, stored })),
  };
}

/**
 * Wrong reading 4: one path in Vault for each connection. The job that destroys the secret of the first tab destroys that
 * of the second: S5.
 */
export const onePath: WrongReading = {
  name: '4: one Vault path for each connection',
  breaks: ['S5'],
  difference: { wrapVault: withOnePath },
  story: told(
    'two tabs that both connect',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('tab B', 'tab A: over'),
      hold('deliver authCompleted r2 #1', 'deliver 1', 'destroyCredential tab A #1: over'),
    ],
  ),
};

/** Wrong reading 4: the repair of one tab takes the secret of the other for its own, and commits its scopes over it: S5. */
export const onePathRepaired: WrongReading = {
  name: '4: one Vault path, and a repair that finds the secret of another attempt',
  breaks: ['S5'],
  difference: { wrapVault: withOnePath },
  story: told(
    'a callback that freezes in front of Vault while another tab connects',
    [ask('r1', 'read'), ask('r2', 'create'), tab('A', 'read'), tab('B', 'everything')],
    [
      begins('tab A', 'callTool r1/1.1 #1: over', 'callTool r2/1.1 #1: over'),
      begins('tab B', 'tab A: recordAccount 1'),
      hold('deliver repairAttempt tab A #1', 'deliver 1', 'tab B: over'),
      hold('tab A', 'create 1', 'repairAttempt tab A #1: over'),
    ],
  ),
};
