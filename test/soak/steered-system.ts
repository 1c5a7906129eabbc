import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../infra/local/settings/process-environment.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { createGoogleControl, type GoogleControl } from './google-control.ts';
import { startHttpProxy, type HttpProxy } from './http-proxy.ts';
import { startPostgresProxy, type PostgresProxy } from './postgres-proxy.ts';

/** The whole product, with something of ours on each way that its processes speak: nothing in the product knows of it. */
export interface SteeredSystem {
  system: System;
  dataDir: string;
  google: GoogleControl;
  /** Between both processes and OpenBao. */
  vault: HttpProxy;
  /** Between each process and Postgres. */
  database: Record<'gateway' | 'orchestrator', PostgresProxy>;
  stop(): Promise<void>;
}

export async function startSteeredSystem(): Promise<SteeredSystem> {
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const parts: { close(): Promise<void> }[] = [];
  let between: Pick<SteeredSystem, 'vault' | 'database'> | undefined;
  const end = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.close()));
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const system = await startSystem({
      dataDir,
      mode: 'dev',
      log: () => undefined,
      async environment({ openBao, postgres }) {
        const vault = await startHttpProxy(openBao?.address ?? '');
        parts.push(vault);
        const databasePort = postgres?.ports[0] ?? 0;
        const database = {
          gateway: await startPostgresProxy(databasePort),
          orchestrator: await startPostgresProxy(databasePort),
        };
        parts.push(...Object.values(database));
        between = { vault, database };
        const told = (name: keyof typeof database): Environment => {
          const url = new URL(postgres?.urls('panager').roles[name] ?? '');
          url.port = String(database[name].port);
          return { VAULT_ADDR: vault.address, DATABASE_URL: url.href };
        };
        return { gateway: told('gateway'), orchestrator: told('orchestrator') };
      },
    });
    if (!between) throw new Error('the proxies are there');
    const stop = () => system.stop().finally(end);
    return { system, dataDir, google: createGoogleControl(system.google?.address ?? ''), ...between, stop };
  } catch (error) {
    await end();
    throw error;
  }
}

export const SERVERS = ['temporal', 'postgres', 'openBao'] as const;
export type ServerName = (typeof SERVERS)[number];
export type Victim = 'gateway' | 'orchestrator' | ServerName;

/** SIGKILL, and started again: a server by whoever keeps it serving, on the same port. */
export async function killAndRestart(system: System, victim: Victim): Promise<void> {
  if (victim === 'gateway' || victim === 'orchestrator') {
    await system.killProcess(victim);
    await system.startProcess(victim);
  } else {
    system[victim]?.signal('SIGKILL');
  }
}

/** Every server answers at its port, and the gateway says that it is ready. */
export async function isBack(system: System): Promise<boolean> {
  const open = await Promise.all(SERVERS.map((server) => answers(system[server]?.ports[0] ?? 0)));
  return open.every(Boolean) && (await fetch(`${system.publicUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
}

/** Somebody listens there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
