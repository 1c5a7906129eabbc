import { randomUUID } from 'node:crypto';
import { createFrameReader, KINDS } from '../../../infra/images/keeper/frames.ts';
import type { ContainerLimits, ContainerRef, Execution } from '../../../src/ports/container-engine.ts';
import { until } from '../../support/until.ts';
import type { TestEngine } from '../../support/engine.ts';
import { TEST_LIMITS } from '../../support/test-limits.ts';

const KEEPER = '/opt/panager';
/** A file that grows without end must not fill the memory of a test. */
const KEPT_BYTES = 1024 * 1024;

export type FollowedRun = {
  ref: ContainerRef;
  /** The first bytes of what was written. */
  output: { stdout: string; stderr: string };
  /** How many bytes were written in all. */
  written(): number;
  status(state: string, timeoutMs?: number): Promise<Record<string, unknown>>;
  attach: Execution;
};

/** A container whose command runs, with everything that it writes being read and acknowledged. */
export async function startRun(
  system: Pick<TestEngine, 'engine'>,
  script: string,
  limits: Partial<ContainerLimits> = {},
): Promise<FollowedRun> {
  const ref = { runId: randomUUID(), role: 'run' as const };
  await system.engine.start({ ...ref, limits: { ...TEST_LIMITS, ...limits }, mounts: [] });
  const attach = await system.engine.execute(ref, { user: 'keeper', argv: ['node', `${KEEPER}/attach.js`] });
  const run = follow(ref, attach);
  await attach.write('{"from":{"stdout":0,"stderr":0}}\n');
  const launch = await system.engine.execute(ref, { user: 'run', argv: ['node', `${KEEPER}/launch.js`] });
  await launch.write(`${JSON.stringify({ argv: ['bash', '-c', script], cwd: '/tmp' })}\n`);
  for await (const { bytes } of launch.output) {
    const answer: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (JSON.stringify(answer) !== '{"granted":true}') throw new Error(`not launched: ${JSON.stringify(answer)}`);
    break;
  }
  return run;
}

function follow(ref: ContainerRef, attach: Execution): FollowedRun {
  const statuses: Record<string, unknown>[] = [];
  const readFrames = createFrameReader();
  const cursors = { stdout: 0, stderr: 0 };
  let failure: unknown;
  const run: FollowedRun = {
    ref,
    attach,
    output: { stdout: '', stderr: '' },
    written: () => cursors.stdout + cursors.stderr,
    status: (state, timeoutMs = 60_000) =>
      until(
        `status ${state}`,
        () => {
          if (failure !== undefined) throw new Error(`The reader failed: ${String(failure)}`);
          return Promise.resolve(statuses.find((status) => status['state'] === state) ?? null);
        },
        timeoutMs,
      ),
  };
  const read = async () => {
    for await (const { bytes } of attach.output) {
      for (const { kind, payload } of readFrames(Buffer.from(bytes))) {
        if (kind === KINDS.control) {
          statuses.push(JSON.parse(payload.toString()) as Record<string, unknown>);
          continue;
        }
        const stream = kind === KINDS.stdout ? 'stdout' : 'stderr';
        cursors[stream] += payload.length;
        if (run.output[stream].length < KEPT_BYTES) run.output[stream] += payload.toString();
      }
      await attach.write(`${JSON.stringify(cursors)}\n`);
    }
  };
  read().catch((error: unknown) => {
    failure = error;
  });
  return run;
}
