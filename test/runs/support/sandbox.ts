import { randomUUID } from 'node:crypto';
import { NO_CAPS } from '../../activities/support/projects.ts';
import { createSandboxActivities } from '../../../activities/runs/index.ts';
import type { SandboxLimits, SandboxParts } from '../../../activities/runs/sandbox-parts.ts';
import { createLending } from '../../../src/lending/create-lending.ts';
import { createLogger } from '../../../src/logger.ts';
import type { RunView } from '../../../src/ports/runs.ts';
import { createPool } from '../../../src/providers/postgres/pool.ts';
import { createProjects } from '../../../src/providers/postgres/projects.ts';
import { createRunStore } from '../../../src/providers/postgres/run-store.ts';
import { createRuns } from '../../../src/providers/postgres/runs.ts';
import { createSandboxHosts } from '../../../src/providers/postgres/sandbox-hosts.ts';
import { createVaultConnection } from '../../../src/providers/vault-connection.ts';
import { createRunSecrets, createSecretLender } from '../../../src/providers/vault-run-secrets.ts';
import { startDatabase } from '../../postgres/support/database.ts';
import { runAs } from '../../activities/support/activities.ts';
import { TEST_LIMITS } from '../../support/test-limits.ts';
import { testVault } from '../../support/servers.ts';
import { sharedEngine } from '../../support/shared-engine.ts';
import { containerPlace } from '../../support/system-with-containers.ts';

const MIB = 1024 * 1024;
/** The one host that the embedded Vault's policy names. */
export const HOST = 'local';

/** Everything of one container host on real parts and in each process's role, without Temporal and without its worker. */
export async function startSandbox(changes: Partial<SandboxLimits> = {}, on = sharedEngine()) {
  const [database, place] = await Promise.all([startDatabase(), containerPlace({}, on)]);
  await place.engine.ensureImage(() => undefined);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const pool = createPool(database.database.roles.sandbox, { max: 10, onIdleError: () => undefined });
  const { address, credentials } = testVault();
  const vaults = {
    sandbox: createVaultConnection({ addr: address, ...credentials.sandbox, logger }),
    orchestrator: createVaultConnection({ addr: address, ...credentials.orchestrator, logger }),
  };
  const lines: string[] = [];
  const limits: SandboxLimits = {
    container: TEST_LIMITS,
    workspaceBytes: 32 * MIB,
    wallMs: 120_000,
    prepareMs: 60_000,
    logBytes: 4 * MIB,
    graceMs: 500,
    ...changes,
  };
  const lending = () =>
    createLending({ wallMs: 600_000, allowedPrivate: ['127.0.0.1'], onLine: (line) => lines.push(line) });
  const parts: SandboxParts = {
    host: HOST,
    engine: place.engine,
    workspaces: place.workspaces,
    lending: lending(),
    secrets: createRunSecrets(vaults.sandbox),
    runs: createRunStore(pool),
    limits,
  };
  const unexpected: unknown[] = [];
  const activitiesOf = (over: Partial<SandboxParts> = {}) =>
    createSandboxActivities({ ...parts, ...over, onUnexpected: (_activity, error) => unexpected.push(error) });
  const activities = activitiesOf();

  const placing = createRunStore(database.orchestrator);
  const lender = createSecretLender(vaults.orchestrator);
  const runs = createRuns(database.gateway, NO_CAPS);
  const projects = createProjects(database.gateway, NO_CAPS);
  const hosts = createSandboxHosts(pool);
  await hosts.seen({ id: HOST, capacity: 100, trouble: null });

  return {
    database,
    parts,
    place,
    vaults,
    lender,
    runs,
    projects,
    placing,
    unexpected,
    /** What the lending proxies said. */
    lines,
    activities,
    activitiesOf,
    /** As another process of this host would have it. */
    anotherLending: lending,

    async project(userId: string, cloneUrl: string): Promise<string> {
      const project = await projects.create({ userId, name: `project-${randomUUID().slice(0, 8)}`, cloneUrl });
      if (project === 'duplicateName') throw new Error('this name is taken');
      return project.id;
    },

    /** A run that was given to this host, with what its person lends. */
    async placed(userId: string, projectId: string, script: string): Promise<string> {
      const run = await runs.start({ userId, projectId, command: ['bash', '-c', script] });
      if (run === 'notFound') throw new Error('there is no such project');
      await hosts.seen({ id: HOST, capacity: 100, trouble: null });
      const at = await placing.place(run.id, 60_000);
      if (typeof at === 'string') throw new Error(`not placed: ${at}`);
      await lender.lendTo(at.host, { id: run.id, userId });
      return run.id;
    },

    prepare: (runId: string) => runAs(`run-${runId}`, () => activities.prepareRun({ runId })),
    execute: (runId: string, attempt = 1) => runAs(`run-${runId}`, () => activities.executeRun({ runId }), { attempt }),
    keepDiff: (runId: string) => runAs(`run-${runId}`, () => activities.keepDiff({ runId })),
    clean: (runId: string) => runAs(`run-${runId}`, () => activities.cleanRun({ runId })),

    async view(userId: string, runId: string): Promise<RunView> {
      const found = await runs.find(userId, runId);
      if (found === null) throw new Error('no such run of this person');
      return found;
    },

    /** What a reader has who asks for everything; of one stream, or of both as they came. */
    async log(runId: string, stream?: 'stdout' | 'stderr'): Promise<string> {
      let [said, from] = ['', 0];
      for (;;) {
        const pieces = await runs.log(runId, from, 1_000_000);
        const last = pieces.at(-1);
        if (!last) return said;
        said += pieces.map((piece) => (stream === undefined || piece.stream === stream ? piece.text : '')).join('');
        from = last.position + last.text.length;
      }
    },

    async close(): Promise<void> {
      for (const runId of await place.workspaces.list()) await parts.lending.close(runId);
      await place.clear();
      for (const vault of Object.values(vaults)) vault.close();
      await pool.end();
      await database.close();
    },
  };
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;
