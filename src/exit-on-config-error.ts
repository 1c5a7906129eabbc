import { ConfigError } from './config.ts';

/** Reads the configuration or ends the process with every fault and its fix, and without a stack. */
export function exitOnConfigError<Config>(read: () => Config): Config {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG: trying again does not help
  }
}
