import { randomUUID } from 'node:crypto';
import { createIntake } from '../../../src/providers/postgres/intake.ts';
import { createPool, type Pool } from '../../../src/providers/postgres/pool.ts';
import { createSessions } from '../../../src/providers/postgres/sessions.ts';
import type { IncomingMessage } from '../../../src/ports/requests.ts';
import { testDatabase } from '../../support/servers.ts';

/** A migrated database of its own with a pool for each role that a process has. */
export async function startDatabase() {
  const database = await testDatabase();
  const pool = (url: string) => createPool(url, { max: 10, onIdleError: () => undefined });
  const pools = {
    owner: pool(database.owner),
    gateway: pool(database.roles.gateway),
    orchestrator: pool(database.roles.orchestrator),
    sandbox: pool(database.roles.sandbox),
  };
  return {
    database,
    ...pools,
    async newPerson(): Promise<string> {
      const name = randomUUID();
      const identity = { issuer: 'local', subject: name, displayName: name, language: 'ko' } as const;
      return (await createSessions(pools.gateway).signIn(identity)).user.id;
    },
    accept: (message: IncomingMessage) => createIntake(pools.gateway).accept(message),
    async close(): Promise<void> {
      await Promise.all(Object.values(pools).map((each) => each.end()));
      await database.drop();
    },
  };
}

export type Database = Awaited<ReturnType<typeof startDatabase>>;

export function messageOf(userId: string, change: Partial<IncomingMessage> = {}): IncomingMessage {
  return {
    userId,
    platform: 'web',
    channel: 'page',
    clientId: randomUUID(),
    text: '이번 주 일정 보여줘',
    language: 'ko',
    timeZone: 'Asia/Seoul',
    ...change,
  };
}

/** Ends connections of this database as a restart of the server does. Returns how many there were. */
export async function terminateBackends(owner: Pool, condition: string): Promise<number> {
  const { rowCount } = await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND (${condition})`,
  );
  return rowCount ?? 0;
}
