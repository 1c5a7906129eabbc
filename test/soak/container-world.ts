import Docker from 'dockerode';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateEngine } from '../../infra/local/engine/private-engine.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import type { Environment } from '../../infra/local/settings/process-environment.ts';
import { createLogger } from '../../src/logger.ts';
import type { Projects, Runs } from '../../src/ports/runs.ts';
import type { RunSecrets } from '../../src/ports/lending.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { createRuns } from '../../src/providers/postgres/runs.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { createVaultConnection, type VaultConnection } from '../../src/providers/vault-connection.ts';
import { createRunSecrets } from '../../src/providers/vault-run-secrets.ts';
import { startGitServer } from '../support/git-server.ts';
import { containerPlace, type ContainerPlace } from '../support/system-with-containers.ts';
import { startEngineProxy, type EngineProxy } from './engine-proxy.ts';
import { startHttpProxy, type HttpProxy } from './http-proxy.ts';
import { startPostgresProxy, type PostgresProxy } from './postgres-proxy.ts';

/** Who dies in the middle of a run. */
export type ContainerVictim = 'sandbox' | 'orchestrator';
export const CONTAINER_VICTIMS: readonly ContainerVictim[] = ['sandbox', 'orchestrator'];

/** Where an engine is, and how it dies; one that others use too must not. */
export interface EnginePlace {
  socketPath: string;
  workspacesRoot: string;
  restart?: () => Promise<void>;
}

export interface RunPerson {
  userId: string;
  projectId: string;
}

/** The whole product with containers, with something of ours on each way that its workers speak. */
export interface ContainerWorld {
  system: System;
  /** What its sandbox makes, seen from outside. */
  place: ContainerPlace;
  workspacesRoot: string;
  /** The engine itself, without anything in between. */
  engineSocket: string;
  docker: Docker;
  engineProxy: EngineProxy;
  vault: Record<ContainerVictim, HttpProxy>;
  database: Record<ContainerVictim, PostgresProxy>;
  restartEngine: (() => Promise<void>) | undefined;
  runs: Runs;
  projects: Projects;
  /** As the sandbox of this host sees it. */
  secrets: RunSecrets;
  sql: Pool;
  /** Somebody with a project whose repository needs what they lend. */
  newPerson(name: string): Promise<RunPerson>;
  /** SIGKILL for this process alone, and waits until it is gone: what it started has to notice by itself. */
  kill(victim: ContainerVictim): Promise<void>;
  /** The sandbox that was started last has said that it can run containers. */
  canRun(): boolean;
  stop(): Promise<void>;
}

const LOGIN = { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' };
/** As many as they like. */
const NO_CAPS = { atOnce: 1_000, daily: null, minutes: null };
const READY_MS = 240_000;
const GONE_MS = 20_000;

export interface ContainerWorldOptions {
  /** SANDBOX_* variables, limits say. */
  more?: Environment;
  engine?: EnginePlace;
  /** Its workers speak past what stands in between: for measurements, in which that would be measured too. */
  isDirect?: boolean;
}

export async function startContainerWorld(options: ContainerWorldOptions = {}): Promise<ContainerWorld> {
  const { more = {}, engine, isDirect = false } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const endings: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  const ending = <T extends { close(): unknown }>(part: T): T => {
    endings.push(() => part.close());
    return part;
  };
  try {
    const on = engine ?? (await ownEngine(dataDir, endings));
    const place = await containerPlace(more, on);
    endings.push(place.clear);
    const engineProxy = ending(await startEngineProxy(join(dataDir, 'proxy.sock'), on.socketPath));
    const git = ending(await startGitServer(join(dataDir, 'git'), LOGIN));
    let between: Pick<ContainerWorld, 'vault' | 'database'> | undefined;
    const system = await startSystem({
      dataDir: join(dataDir, 'system'),
      mode: 'test',
      log: () => undefined,
      async environment({ openBao, postgres }) {
        const [address, port] = [openBao?.address ?? '', postgres?.ports[0] ?? 0];
        const vault = {
          sandbox: ending(await startHttpProxy(address)),
          orchestrator: ending(await startHttpProxy(address)),
        };
        const database = {
          sandbox: ending(await startPostgresProxy(port)),
          orchestrator: ending(await startPostgresProxy(port)),
        };
        between = { vault, database };
        if (isDirect) return { sandbox: place.environment };
        const told = (name: ContainerVictim): Environment => {
          const url = new URL(postgres?.urls('panager').roles[name] ?? '');
          url.port = String(database[name].port);
          return { VAULT_ADDR: vault[name].address, DATABASE_URL: url.href };
        };
        const containers = { ...place.environment, DOCKER_HOST: `unix://${engineProxy.socketPath}` };
        return { sandbox: { ...told('sandbox'), ...containers }, orchestrator: told('orchestrator') };
      },
    });
    endings.push(system.stop);
    if (!between) throw new Error('the proxies are there');
    const urls = system.postgres?.urls('panager');
    const onIdleError = () => undefined;
    const pool = createPool(urls?.roles.gateway ?? '', { max: 6, onIdleError });
    const sql = createPool(urls?.owner ?? '', { max: 2, onIdleError });
    endings.push(() => Promise.all([pool.end(), sql.end()]));
    const vaults = { sandbox: vaultOf(system, 'sandbox'), orchestrator: vaultOf(system, 'orchestrator') };
    for (const vault of Object.values(vaults)) ending(vault);

    const canRun = () => system.output('sandbox').includes('sandbox can run containers');
    if (!(await waitFor(canRun, READY_MS))) throw new Error('the sandbox cannot run containers');
    const projects = createProjects(pool, NO_CAPS);
    return {
      ...{ system, place, engineProxy, ...between, canRun, projects, sql, stop },
      workspacesRoot: place.environment['WORKSPACES_ROOT'] ?? '',
      engineSocket: on.socketPath,
      docker: new Docker({ socketPath: on.socketPath }),
      restartEngine: on.restart,
      runs: createRuns(pool, NO_CAPS),
      secrets: createRunSecrets(vaults.sandbox),
      async newPerson(name) {
        const identity = { issuer: 'local', subject: name, displayName: name, language: 'ko' } as const;
        const userId = (await createSessions(pool).signIn(identity)).user.id;
        const lent = { options: { cas: 0 }, data: { git: LOGIN } };
        await vaults.orchestrator.call('POST', `secret/data/users/${userId}/lendable`, lent);
        const project = await projects.create({ userId, name, cloneUrl: `${git.url}/private/one.git` });
        if (project === 'duplicateName') throw new Error('a new person has no projects');
        return { userId, projectId: project.id };
      },
      async kill(victim) {
        const pid = system.pid(victim);
        if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
        if (!(await waitFor(() => !existsSync(`/proc/${pid}`), GONE_MS))) throw new Error(`${victim} survived SIGKILL`);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ownEngine(dataDir: string, endings: (() => unknown)[]): Promise<EnginePlace> {
  const engine = await startPrivateEngine(dataDir);
  endings.push(engine.stop);
  return engine;
}

function vaultOf(system: System, name: ContainerVictim): VaultConnection {
  const { VAULT_ADDR: addr = '', VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '' } = system.env[name];
  return createVaultConnection({ addr, roleId, secretId, logger: createLogger({ name: 'soak', level: 'silent' }) });
}
