import type { ContainerEngine, ContainerRef, ContainerUser } from '../../../src/ports/container-engine.ts';

export type Said = { stdout: string; stderr: string; code: number };

/** Executes a shell script in a container and waits for its end. */
export async function inside(
  engine: ContainerEngine,
  ref: ContainerRef,
  script: string,
  user: ContainerUser = 'run',
): Promise<Said> {
  const execution = await engine.execute(ref, { user, argv: ['sh', '-c', script] });
  execution.endInput();
  const said = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const { stream, bytes } of execution.output) said[stream] = Buffer.concat([said[stream], bytes]);
  return { stdout: said.stdout.toString(), stderr: said.stderr.toString(), code: await execution.exitCode() };
}
