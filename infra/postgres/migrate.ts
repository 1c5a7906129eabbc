import { runner } from 'node-pg-migrate';

/**
 * Applies the numbered SQL files of this folder that the database has not seen yet, in order, in one transaction, under
 * an advisory lock: two callers at once wait for each other. Needs a role that may create roles and tables.
 * Returns the names that were applied; throws what Postgres says about the first file that fails.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: import.meta.dirname,
    ignorePattern: '(?!\\d+.*\\.sql$).*',
    migrationsTable: 'migration',
    direction: 'up',
    count: Infinity,
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return applied.map((migration) => migration.name);
}

if (import.meta.main) {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    console.error('DATABASE_URL is not set: nothing was migrated. Set it to a role that owns the database.');
    process.exit(1);
  }
  const applied = await migrate(databaseUrl);
  console.log(applied.length ? `Applied ${applied.join(', ')}.` : 'Nothing to apply.');
}
