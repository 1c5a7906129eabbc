import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { KEEPER_FOLDER, KEEPER_UID, RUN_UID } from '../../src/domain/container-users.ts';
import type { Entry } from './archive.ts';

const SOURCES = join(import.meta.dirname, 'keeper');

/**
 * The keeper and its helpers, read-only. Their types are stripped here, once, because three of them start for each run, and
 * Node takes as long to strip them as to start.
 */
export function keeperFiles(): Entry[] {
  const names = readdirSync(SOURCES).filter((name) => name.endsWith('.ts'));
  return [
    { path: `${KEEPER_FOLDER}/package.json`, text: '{"type":"module"}\n' },
    ...names.sort().map((name) => ({
      path: `${KEEPER_FOLDER}/${name.replace(/\.ts$/, '.js')}`,
      text: asJavaScript(readFileSync(join(SOURCES, name), 'utf8')),
    })),
  ];
}

const asJavaScript = (source: string): string =>
  stripTypeScriptTypes(source).replaceAll(/^(.*from '\.\/[\w-]+)\.ts';$/gm, "$1.js';");

/** Names for the users, for programs that ask who they are. */
export function userFiles(): Entry[] {
  const users = [
    ['root', 0, '/root'],
    ['keeper', KEEPER_UID, '/nonexistent'],
    ['run', RUN_UID, '/home/run'],
  ] as const;
  return [
    { path: '/etc/passwd', text: users.map(([name, id, home]) => `${name}:x:${id}:${id}::${home}:/bin/sh\n`).join('') },
    { path: '/etc/group', text: users.map(([name, id]) => `${name}:x:${id}:\n`).join('') },
  ];
}
