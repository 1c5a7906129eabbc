import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEEPER_FOLDER, KEEPER_UID, RUN_UID } from '../../src/domain/container-users.ts';
import type { Entry } from './archive.ts';

const SOURCES = join(import.meta.dirname, 'keeper');

/** The keeper and its helpers, read-only, as they are in the repository: Node strips their types. */
export function keeperFiles(): Entry[] {
  const names = readdirSync(SOURCES).filter((name) => name.endsWith('.ts'));
  return [
    { path: `${KEEPER_FOLDER}/package.json`, text: '{"type":"module"}\n' },
    ...names.sort().map((name) => ({
      path: `${KEEPER_FOLDER}/${name}`,
      text: readFileSync(join(SOURCES, name), 'utf8'),
    })),
  ];
}

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
