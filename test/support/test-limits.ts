import type { ContainerLimits } from '../../src/ports/container-engine.ts';

/** Enough for the keeper, its helpers and a small command. */
export const TEST_LIMITS: ContainerLimits = {
  memoryBytes: 512 * 1024 * 1024,
  cpus: 1,
  pids: 128,
  tmpBytes: 16 * 1024 * 1024,
};
