import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface ToolRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script of a development tool, or of ours, with the Node that runs the tests. */
export async function runTool(
  script: string,
  args: string[],
  options: { cwd?: string; input?: string } = {},
): Promise<ToolRun> {
  const child = spawn(process.execPath, [`${ROOT}${script}`, ...args], {
    cwd: options.cwd ?? ROOT,
    // Without the options that jest itself runs with.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: 'pipe',
  });
  child.stdin.end(options.input ?? '');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
