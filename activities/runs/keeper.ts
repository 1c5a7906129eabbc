import {
  EngineUnavailable,
  type ContainerEngine,
  type ContainerRef,
  type Execution,
} from '../../src/ports/container-engine.ts';

/*
 * How the keeper inside a container is spoken to. Its programs are part of the image (infra/images/keeper).
 */

const NODE = ['node', '--disable-warning=ExperimentalWarning'];
const program = (name: string) => [...NODE, `/opt/panager/${name}.ts`];

/** Attaches to the output from these raw offsets on. The newest attach is the one that is served. */
export async function attach(
  engine: ContainerEngine,
  ref: ContainerRef,
  from: { stdout: number; stderr: number },
): Promise<Execution> {
  const execution = await engine.execute(ref, { user: 'keeper', argv: program('attach') });
  await execution.write(`${JSON.stringify({ from })}\n`);
  return execution;
}

/** Lets the keeper forget what is dealt with. */
export const acknowledge = (execution: Execution, raw: { stdout: number; stderr: number }) =>
  execution.write(`${JSON.stringify(raw)}\n`);

/** Has the command started. The keeper allows it once: whoever asks again changes nothing. The client may go away. */
export async function launch(
  engine: ContainerEngine,
  ref: ContainerRef,
  command: { argv: readonly string[]; cwd: string; environment: Record<string, string> },
): Promise<void> {
  const execution = await engine.execute(ref, { user: 'run', argv: program('launch') });
  await execution.write(`${JSON.stringify(command)}\n`);
  execution.endInput();
  execution.detach();
}

/** Asks the command's process group to end. What ignores it, or has left the group, ends with its container. */
export async function askToEnd(engine: ContainerEngine, ref: ContainerRef, pgid: number): Promise<void> {
  await runToEnd(engine, ref, ['/bin/sh', '-c', `kill -TERM -${pgid}`]);
}

/** Executes something short and returns its standard output, at most `maxBytes` of it. */
export async function runToEnd(
  engine: ContainerEngine,
  ref: ContainerRef,
  argv: string[],
  {
    user = 'run',
    maxBytes = 64 * 1024,
    signal,
  }: { user?: 'run' | 'keeper'; maxBytes?: number; signal?: AbortSignal } = {},
): Promise<{ code: number; stdout: string; stderr: string; cut: boolean }> {
  const execution = await engine.execute(ref, { user, argv });
  execution.endInput();
  const kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  let size = 0;
  const stop = () => execution.detach();
  signal?.addEventListener('abort', stop);
  try {
    for await (const { stream, bytes } of execution.output) {
      if (size < maxBytes) kept[stream].push(bytes.subarray(0, maxBytes - size));
      size += bytes.length;
    }
    signal?.throwIfAborted();
    const text = (pieces: Uint8Array[]) => Buffer.concat(pieces).toString('utf8');
    return {
      code: await execution.exitCode(),
      stdout: text(kept.stdout),
      stderr: text(kept.stderr),
      cut: size > maxBytes,
    };
  } finally {
    signal?.removeEventListener('abort', stop);
    execution.detach();
  }
}

export function isEngineTrouble(error: unknown): error is EngineUnavailable {
  return error instanceof EngineUnavailable;
}
