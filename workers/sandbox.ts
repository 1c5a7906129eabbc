import { readSandboxConfig } from '../src/config.ts';
import { exitOnConfigError } from '../src/exit-on-config-error.ts';
import { createLogger } from '../src/logger.ts';

/**
 * The sandbox: an activity-only worker per container host, the only process with the engine's socket. It serves nothing
 * yet: no tool runs in a container, so it takes no task queue and waits for its end.
 */
const config = exitOnConfigError(() => readSandboxConfig(process.env));
const logger = createLogger({ name: 'sandbox', level: config.logLevel });
logger.info('sandbox has no containers to run yet');

const stayAlive = setInterval(() => undefined, 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => clearInterval(stayAlive));
