import type { ContainerEngine, ContainerLimits } from '../../src/ports/container-engine.ts';
import type { Lending, RunSecrets } from '../../src/ports/lending.ts';
import type { RunStore } from '../../src/ports/runs.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';

export interface SandboxLimits {
  container: ContainerLimits;
  workspaceBytes: number;
  /** A command that runs longer is stopped. */
  wallMs: number;
  /** How long the clone may take. */
  prepareMs: number;
  /** Raw bytes of output that are stored; the rest is counted. */
  logBytes: number;
  /** Between asking a command to end and killing it. */
  graceMs: number;
}

/** What the activities of one container host need. */
export interface SandboxParts {
  host: string;
  engine: ContainerEngine;
  workspaces: Workspaces;
  lending: Lending;
  secrets: RunSecrets;
  runs: RunStore;
  limits: SandboxLimits;
}
