import { createFindRoute } from '../src/lending/find-route.ts';
import { createLendingServer } from '../src/lending/lending-server.ts';
import { createBudget } from '../src/lending/model/budget.ts';
import { readSettings, SettingsError } from '../src/lending/read-settings.ts';
import { openSocketFile } from '../src/lending/socket-file.ts';
import type { SocketFile } from '../src/lending/socket-file.ts';
import { createTally } from '../src/lending/tally.ts';
import { resolveBySystem } from '../src/lending/upstream/resolve-host.ts';
import { createLogger } from '../src/logger.ts';

/**
 * The lending proxy of one run: outside of its container, with the owner's credentials, which the run never holds. Its
 * settings are the first line of stdin; it ends when stdin does, on SIGTERM, or when its time is up. Lines for people go
 * to stderr, so that stdout says one thing: that it is ready.
 */
const logger = createLogger({ name: 'lending', level: 'info' }, { write: (line) => void process.stderr.write(line) });
const tally = createTally(logger);
let socket: SocketFile | null = null;
let sayUsed = (): object => ({});

function end(reason: string, exitCode = 0): void {
  socket?.remove();
  logger.info({ reason, ...tally.counts(), ...sayUsed() }, 'lending proxy has ended');
  // At once: what is under way belongs to a run that is over.
  process.exit(exitCode);
}

// Whoever reads our lines may be gone before we are.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('uncaughtException', (err) => {
  logger.error({ err });
  end('failed', 1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end('signal'));

try {
  // Nobody else may see the socket before its rights are set.
  process.umask(0o177);
  const settings = await readSettings(process.stdin, () => end('stdin'));
  setTimeout(() => end('time'), settings.limits.wallMs);
  const budget = settings.model && createBudget(settings.model.budget);
  if (budget) sayUsed = () => ({ used: budget.used() });
  const findRoute = createFindRoute(settings, resolveBySystem, budget);
  const server = createLendingServer(findRoute, settings.limits, tally);
  socket = await openSocketFile(server, settings.socketDir, settings.gid);
  process.stdout.write('lending proxy is ready\n');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  logger.error({ err: error });
  process.exit(78); // EX_CONFIG: trying again does not help
}
