import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findLeaks } from '../support/leaks.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test('a process or folder that a test leaves behind is found, and nothing else is', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, 'panager-left'));
  mkdirSync(join(folder.path, 'of-another-program'));
  const left = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, TMPDIR: folder.path } });
  const stranger = spawn('sleep', ['60'], { env: { PATH: process.env.PATH } });
  await Promise.all([once(left, 'spawn'), once(stranger, 'spawn')]);
  try {
    expect(findLeaks(folder.path)).toEqual({
      folders: ['panager-left'],
      processes: process.platform === 'linux' ? [{ pid: left.pid, command: 'sleep 60' }] : [],
    });
  } finally {
    for (const child of [left, stranger]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await folder.remove();
  }
});
