import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { archive, hashOf, type Entry } from './archive.ts';
import { findCommand } from '../local/engine/missing.ts';
import { keeperFiles, userFiles } from './keeper-files.ts';
import { librariesOf } from './libraries.ts';
import { nodeBinary } from './node-binary.ts';

/**
 * A small image for tests, made of programs of this machine (busybox, bash, git, Node) in a second or two, without a
 * registry and without the CLI. Needs a static busybox.
 */
export async function testImage() {
  const node = nodeBinary();
  const gitHelpers = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
  const programs: Record<string, string> = {
    '/bin/bash': '/bin/bash',
    // Those of busybox stop where a path is longer than 4096 bytes; those of the image of runs do not.
    ...Object.fromEntries(['chmod', 'find', 'rm'].map((name) => [`/bin/${name}`, findCommand(name) ?? '/bin/busybox'])),
    '/usr/bin/git': '/usr/bin/git',
    [join(gitHelpers, 'git-remote-http')]: join(gitHelpers, 'git-remote-http'),
    '/usr/local/bin/node': node.file,
  };
  const entries: Entry[] = [
    ...userFiles(),
    ...keeperFiles(),
    ...busybox().filter(({ path }) => !(path in programs)),
    ...Object.entries(programs).map(([path, file]) => ({ path, file: realpathSync(file), mode: 0o755 })),
    ...librariesOf(Object.values(programs)).map((path) => ({ path, file: realpathSync(path), mode: 0o755 })),
    ...[join(gitHelpers, 'git'), '/usr/bin/git-upload-pack'].map((path) => ({ path, link: '/usr/bin/git' })),
    { path: '/usr/bin/env', link: '/bin/busybox' },
  ];
  const name = `panager-test:${await hashOf(entries)}`;
  return {
    name,
    steps: [{ kind: 'import' as const, name, archive: () => Promise.resolve(archive(entries)) }],
    wanted: { node: node.version, git: 'any', claude: null },
  };
}

function busybox(): Entry[] {
  const file = '/bin/busybox';
  const applets = execFileSync(file, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const links = applets.filter((name) => name !== 'busybox').map((name) => ({ path: `/bin/${name}`, link: file }));
  return [{ path: file, file: realpathSync(file), mode: 0o755 }, ...links];
}
