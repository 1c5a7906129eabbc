import type { Logger } from '../../../src/logger.ts';
import type { CredentialVault } from '../../../src/ports/credential-vault.ts';
import { createCredentialVault } from '../../../src/providers/vault.ts';
import { startLossyProxy, type Fate } from '../../providers/support/lossy-proxy.ts';
import { testVault } from '../../support/servers.ts';

/** The orchestrator's vault, of which every request for secrets meets `fate`; only logging in works. */
export async function createVaultAgainst(
  fate: Fate,
  logger: Logger,
  work: (vault: CredentialVault) => Promise<void>,
): Promise<void> {
  const { address, credentials } = testVault();
  const proxy = await startLossyProxy(address);
  proxy.decide(({ path }) => (path.includes('/secret/') ? fate : 'pass'));
  const vault = createCredentialVault({ addr: proxy.addr, ...credentials.orchestrator, logger, timeoutMs: 2_000 });
  try {
    await work(vault);
  } finally {
    vault.close();
    await proxy.stop();
  }
}
