import { whyNoEngine } from '../../infra/local/engine/missing.ts';
import { startPrivateEngine } from '../../infra/local/engine/private-engine.ts';

/** The variable by which global-setup.ts tells the workers where the engine is, or why there is none. */
const TEST_ENGINE = 'PANAGER_TEST_ENGINE';

type SharedEngine = { socketPath: string; workspacesRoot: string } | { missing: string };

/**
 * The container engine of one jest run. Where none can be started, tests that need one are skipped and say why. Returns
 * what ends it.
 */
export async function startTestEngine(dataDir: string): Promise<() => Promise<void>> {
  const tell = (shared: SharedEngine) => {
    process.env[TEST_ENGINE] = JSON.stringify(shared);
  };
  const missing = whyNoEngine();
  if (missing) {
    tell({ missing });
    return () => Promise.resolve();
  }
  const { socketPath, workspacesRoot, stop } = await startPrivateEngine(dataDir);
  tell({ socketPath, workspacesRoot });
  return stop;
}

/** Where the engine of this jest run is, or why there is none. */
export function sharedEngine(): SharedEngine {
  const text = process.env[TEST_ENGINE];
  if (!text)
    throw new Error(`${TEST_ENGINE} is not set: run tests through jest with this repository's jest.config.js.`);
  return JSON.parse(text) as SharedEngine;
}

/** False where container tests are skipped. */
export const hasEngine = (): boolean => !('missing' in sharedEngine());
