import { spawn, type ChildProcess } from 'node:child_process';
import { waitFor } from '../../../infra/local/wait-for.ts';

export type Child = {
  pid: number;
  /** Everything it printed so far, both streams. */
  output(): string;
  /** Waits for the text. Throws with the output when it does not come in time. */
  says(text: string | RegExp, timeoutMs?: number): Promise<string>;
  /** Waits for its end. */
  exitCode(timeoutMs?: number): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL and collected; safe when it is gone. */
  end(): Promise<void>;
};

/** Runs this Node on a file, or another command, as a test's child. */
export function startChild(
  args: string[],
  options: { command?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Child {
  const { NODE_OPTIONS: _forJest, ...inherited } = process.env;
  const child: ChildProcess = spawn(options.command ?? process.execPath, args, {
    cwd: options.cwd,
    env: options.env ?? inherited,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => (output += text));
  }
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    says: async (text, timeoutMs = 30_000) => {
      const found = await waitFor(
        () => (typeof text === 'string' ? output.includes(text) && [text] : output.match(text)),
        timeoutMs,
      );
      if (!found) throw new Error(`It did not say ${text} in ${timeoutMs} ms, but:\n${output}`);
      return found[1] ?? found[0] ?? '';
    },
    exitCode: async (timeoutMs = 30_000) => {
      if (!(await waitFor(gone, timeoutMs))) throw new Error(`It did not end in ${timeoutMs} ms. It said:\n${output}`);
      await ended;
      return child.exitCode;
    },
    signal: (signal) => child.kill(signal),
    end: async () => {
      if (!gone()) child.kill('SIGKILL');
      await ended;
    },
  };
}
