import { KEEPER_FOLDER } from '../../src/domain/container-users.ts';
import type { ContainerEngine, ContainerRef, ContainerUser, Execution } from '../../src/ports/container-engine.ts';
import { lookAgain } from '../failures.ts';

/*
 * How the keeper inside a container is spoken to. Its programs are part of the image (infra/images/keeper).
 */

const program = (name: string) => ['node', `${KEEPER_FOLDER}/${name}.js`];
const MAX_ANSWER_BYTES = 4096;

/** Raw bytes of each stream that are dealt with. */
export interface RawOffsets {
  stdout: number;
  stderr: number;
}

/** Attaches to the output from these offsets on. The newest attach is the one that is served. */
export async function attach(engine: ContainerEngine, ref: ContainerRef, from: RawOffsets): Promise<Execution> {
  const execution = await engine.execute(ref, { user: 'keeper', argv: program('attach') });
  await execution.write(`${JSON.stringify({ from: { stdout: from.stdout, stderr: from.stderr } })}\n`);
  return execution;
}

/** Lets the keeper forget what is dealt with. */
export const acknowledge = (execution: Execution, { stdout, stderr }: RawOffsets) =>
  execution.write(`${JSON.stringify({ stdout, stderr })}\n`);

/** Starts what will start the command, and waits for its order. Begun early, because it takes its time to be ready. */
export const openLauncher = (engine: ContainerEngine, ref: ContainerRef): Promise<Execution> =>
  engine.execute(ref, { user: 'run', argv: program('launch') });

/**
 * Has the command started. The keeper allows it once: whoever asks again changes nothing. Throws when nobody answered:
 * then it may or may not have begun, and the keeper's status says which.
 */
export async function launch(
  launcher: Execution,
  command: { argv: readonly string[]; cwd: string; environment: Record<string, string> },
): Promise<void> {
  try {
    await launcher.write(`${JSON.stringify(command)}\n`);
    if (!(await answered(launcher))) throw lookAgain('launchUnanswered', 500);
  } finally {
    // The launcher stays as the command's parent: letting go of it ends nothing.
    launcher.detach();
  }
}

async function answered(execution: Execution): Promise<boolean> {
  let said = '';
  for await (const { stream, bytes } of execution.output) {
    if (stream === 'stdout') said += Buffer.from(bytes).toString('utf8');
    if (said.includes('\n') || said.length > MAX_ANSWER_BYTES) break;
  }
  return said.includes('{"granted":true}') || said.includes('"reason":"already"');
}

/** Asks the command's process group to end. What ignores it, or has left the group, ends with its container. */
export async function askToEnd(
  engine: ContainerEngine,
  ref: ContainerRef,
  pgid: number,
  signal: AbortSignal,
): Promise<void> {
  await runToEnd(engine, ref, ['/bin/sh', '-c', `kill -TERM -${pgid}`], { signal });
}

/**
 * Executes something short, gives it `input`, and returns what it said, at most `maxBytes` of it. Throws `signal`'s reason
 * when it fires.
 */
export async function runToEnd(
  engine: ContainerEngine,
  ref: ContainerRef,
  argv: string[],
  {
    user = 'run',
    maxBytes = 64 * 1024,
    input = '',
    signal,
  }: { user?: ContainerUser; maxBytes?: number; input?: string; signal: AbortSignal },
): Promise<{ code: number; stdout: string; stderr: string; cut: boolean }> {
  signal.throwIfAborted();
  const execution = await engine.execute(ref, { user, argv });
  const kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  let size = 0;
  const stop = () => execution.detach();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    if (input !== '') await execution.write(input);
    execution.endInput();
    for await (const { stream, bytes } of execution.output) {
      if (size < maxBytes) kept[stream].push(bytes.subarray(0, maxBytes - size));
      size += bytes.length;
    }
    signal.throwIfAborted();
    const text = (pieces: Uint8Array[]) => Buffer.concat(pieces).toString('utf8');
    return {
      code: await execution.exitCode(),
      stdout: text(kept.stdout),
      stderr: text(kept.stderr),
      cut: size > maxBytes,
    };
  } catch (error) {
    // Letting go breaks the reading off: why we did is what matters.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    execution.detach();
  }
}
