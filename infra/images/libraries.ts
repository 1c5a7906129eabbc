import { execFileSync } from 'node:child_process';

/** The shared libraries that these programs load, and the loader, as paths of this machine. */
export function librariesOf(programs: readonly string[]): string[] {
  const said = programs.map((program) => execFileSync('ldd', [program], { encoding: 'utf8' })).join('\n');
  const paths = [...said.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
  return [...new Set(paths)].sort();
}
