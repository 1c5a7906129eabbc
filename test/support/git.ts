import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export class GitFailed extends Error {
  override readonly name = 'GitFailed';
}

/** Runs the real git with no settings but the given; its stdout. @throws GitFailed with what it said */
export async function git(
  args: string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const child = spawn('git', args, {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Somebody',
      GIT_AUTHOR_EMAIL: 'somebody@example.org',
      GIT_COMMITTER_NAME: 'Somebody',
      GIT_COMMITTER_EMAIL: 'somebody@example.org',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0) throw new GitFailed(`${args.join(' ')}: ${said}`);
  return out;
}
