import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsentStore } from '../../src/ports/consent-store.ts';
import type * as activities from '../../activities/index.ts';
import type * as createConsent from '../../src/connections/create-consent.ts';
import type * as credentials from '../../src/connections/credentials.ts';
import type * as credentialVault from '../../src/ports/credential-vault.ts';
import type * as providerFailure from '../../src/ports/provider-failure.ts';
import type * as consentStore from '../../src/providers/postgres/consent-store.ts';
import type { PracticeVault } from './practice-vault.ts';
import type { Story } from './story.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What a copy of the product needs to run under a worker of ours. */
const PARTS = ['src', 'activities', 'workflows', 'package.json'];

/** One text of one source file, replaced everywhere in it. */
export interface Edit {
  file: string;
  find: string;
  replace: string;
}

/** The product's own code, as it is or with edits. Classes of two systems are not the same: each throws its own. */
export interface System {
  wrapStore: (store: ConsentStore) => ConsentStore;
  wrapVault: (vault: PracticeVault) => PracticeVault;
  createActivities: typeof activities.createActivities;
  createConsent: typeof createConsent.createConsent;
  createCredentials: typeof credentials.createCredentials;
  createConsentStore: typeof consentStore.createConsentStore;
  ProviderFailure: typeof providerFailure.ProviderFailure;
  VaultUnavailable: typeof credentialVault.VaultUnavailable;
  /** Null: the workflows are the product's own. */
  editedWorkflows: string | null;
}

export type Playable = System & { drop: () => void };

/** How a system differs from the product. */
export interface Difference {
  edits?: readonly Edit[];
  /** Around the port, below the barriers. */
  wrapStore?: System['wrapStore'];
  wrapVault?: System['wrapVault'];
}

/** A provider that takes no key of ours: the same tool, said to be so. */
export const WITHOUT_KEY = {
  file: 'activities/tools/calendar-create-event.ts',
  find: 'takesOurKey: true',
  replace: 'takesOurKey: false',
} satisfies Edit;

/**
 * Loads the product from a temporary copy in which `edits` were made; the sources themselves are never touched. Without
 * edits it is the product itself. `drop` removes the copy.
 *
 * @throws when a text to be replaced is not there: the edit would change nothing and prove nothing
 */
export async function loadSystem({
  edits = [],
  wrapStore = (store) => store,
  wrapVault = (vault) => vault,
}: Difference): Promise<Playable> {
  const isOwn = edits.length === 0;
  const root = isOwn ? ROOT : copyWith(edits);
  const load = async <Module>(path: string) => (await import(join(root, path))) as Module;
  return {
    wrapStore,
    wrapVault,
    createActivities: (await load<typeof activities>('activities/index.ts')).createActivities,
    createConsent: (await load<typeof createConsent>('src/connections/create-consent.ts')).createConsent,
    createCredentials: (await load<typeof credentials>('src/connections/credentials.ts')).createCredentials,
    createConsentStore: (await load<typeof consentStore>('src/providers/postgres/consent-store.ts')).createConsentStore,
    ProviderFailure: (await load<typeof providerFailure>('src/ports/provider-failure.ts')).ProviderFailure,
    VaultUnavailable: (await load<typeof credentialVault>('src/ports/credential-vault.ts')).VaultUnavailable,
    editedWorkflows: edits.some(({ file }) => file.startsWith('workflows/')) ? join(root, 'workflows/index.ts') : null,
    drop: () => {
      if (!isOwn) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A system for one story: where the provider takes no key, the product is told so. */
export function playable({ takesOurKey }: Pick<Story, 'takesOurKey'>, difference: Difference) {
  const edits = [...(takesOurKey ? [] : [WITHOUT_KEY]), ...(difference.edits ?? [])];
  return loadSystem({ ...difference, edits });
}

function copyWith(edits: readonly Edit[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'panager-edited-'));
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, replace } of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(find)) throw new Error(`${file} does not say any more: ${find}`);
    writeFileSync(
      path,
      text.replaceAll(find, () => replace),
    );
  }
  return folder;
}
