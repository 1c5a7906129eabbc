import { VaultUnavailable } from '../ports/credential-vault.ts';
import type {
  GitCredential,
  LentFile,
  LentSecrets,
  ModelCredential,
  RunSecrets,
  SecretLender,
} from '../ports/lending.ts';
import type { VaultConnection } from './vault-connection.ts';
import { asUnavailable, isAbsent, isLostRace } from './vault-refusal.ts';

/** What a run may use is written once, so that it has one version. */
const ONLY_VERSION = 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** One segment of a path, and no option of a program. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Well below what the memory for them holds. */
const FILES = { count: 8, bytes: 32 * 1024 };
const HOST = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Secrets of runs in KV version 2 at `secret/runs/<host>/<run>`, for the sandbox's role, which sees its own host only. */
export function createRunSecrets({ call }: Pick<VaultConnection, 'call'>): RunSecrets {
  return {
    async read(host, runId) {
      const found = await readAt(call, runPath(host, runId));
      return typeof found === 'string' ? null : asLent(found);
    },

    async destroy(host, runId) {
      const path = runPath(host, runId);
      const found = await readAt(call, path);
      if (found === 'missing') return 'nothing';
      if (found !== 'destroyed') await destroyAt(call, path);
      return 'destroyed';
    },
  };
}

/** Copies what a person lends, `secret/users/<user>/lendable`, for one run. For the orchestrator's role, which cannot read it there. */
export function createSecretLender({ call }: Pick<VaultConnection, 'call'>): SecretLender {
  return {
    async lendTo(host, { id, userId }) {
      const found = await readAt(call, lendablePath(userId));
      if (typeof found === 'string') return 'nothing';
      const write = { options: { cas: 0 }, data: asLent(found) };
      await call('POST', `secret/data/${runPath(host, id)}`, write).catch((error: unknown) => {
        // It was lent already, and may be destroyed by now: that stays so.
        if (!isLostRace(error)) throw asUnavailable(error);
      });
      return 'lent';
    },

    takeBack: (host, runId) => destroyAt(call, runPath(host, runId)),
  };
}

async function destroyAt(call: VaultConnection['call'], path: string): Promise<void> {
  await call('POST', `secret/destroy/${path}`, { versions: [ONLY_VERSION] }).catch((error: unknown) => {
    throw asUnavailable(error);
  });
}

type Found = Record<string, unknown> | 'missing' | 'destroyed';

async function readAt(call: VaultConnection['call'], path: string): Promise<Found> {
  try {
    const { data } = await call('GET', `secret/data/${path}`);
    if (!data?.data) throw new VaultUnavailable('failing');
    return data.data;
  } catch (error) {
    if (isAbsent(error)) return error.body.data?.metadata ? 'destroyed' : 'missing';
    throw asUnavailable(error);
  }
}

/** node-vault does not encode paths: only our own ids pass. @throws TypeError */
function runPath(host: string, runId: string): string {
  if (!HOST.test(host) || !UUID.test(runId)) throw new TypeError('A run is named by its host and a uuid.');
  return `runs/${host}/${runId}`;
}

function lendablePath(userId: string): string {
  if (!UUID.test(userId)) throw new TypeError('A person is named by a uuid.');
  return `users/${userId}/lendable`;
}

/** Only what is known is copied. @throws VaultUnavailable when it is not what it should be */
function asLent({ git = null, model = null, files = [] }: Record<string, unknown>): LentSecrets {
  if (!isGit(git) || !isModel(model) || !areFiles(files)) throw new VaultUnavailable('failing');
  return {
    git: git && { username: git.username, password: git.password },
    model: model && {
      baseUrl: model.baseUrl,
      apiKey: model.apiKey,
      models: model.models,
      budget: model.budget,
    },
    files: files.map(({ name, content }) => ({ name, content })),
  };
}

function isGit(value: unknown): value is GitCredential | null {
  return value === null || hasTexts(value, ['username', 'password']);
}

function isModel(value: unknown): value is ModelCredential | null {
  if (value === null) return true;
  if (!hasTexts(value, ['baseUrl', 'apiKey']) || !('models' in value) || !('budget' in value)) return false;
  const { models, budget } = value;
  const isBudget = (name: string) =>
    Number.isSafeInteger(typeof budget === 'object' && budget && Reflect.get(budget, name));
  return (
    Array.isArray(models) &&
    models.every((model) => typeof model === 'string') &&
    ['requests', 'inputBytes', 'outputTokens'].every(isBudget)
  );
}

function areFiles(value: unknown): value is LentFile[] {
  if (!Array.isArray(value) || value.length > FILES.count || !value.every(isFile)) return false;
  return new Set(value.map(({ name }) => name)).size === value.length;
}

function isFile(value: unknown): value is LentFile {
  if (!hasTexts(value, ['name', 'content'])) return false;
  const { name, content } = value as LentFile;
  return FILE_NAME.test(name) && Buffer.byteLength(content) <= FILES.bytes;
}

function hasTexts(value: unknown, names: string[]): value is object {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'string')
  );
}
