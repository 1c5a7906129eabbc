import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type LocalPaths = {
  /** The checkout that a command works on. */
  root: string;
  /** Where it keeps what it must not share: 0700, ignored by git. */
  local: string;
  data: string;
  envFile: string;
  /** True when the person said `--yes` beforehand. */
  saidYes: boolean;
};

/** What the command line of `dev.ts` and `reset.ts` says: `--root <folder>` for another checkout than this one, `--yes`. */
export function readPaths(args: string[]): LocalPaths {
  const { values } = parseArgs({ args, options: { root: { type: 'string' }, yes: { type: 'boolean' } } });
  const checkout = resolve(values.root ?? join(import.meta.dirname, '../..'));
  const local = join(checkout, '.local');
  return {
    root: checkout,
    local,
    data: join(local, 'data'),
    envFile: join(local, 'env'),
    saidYes: values.yes ?? false,
  };
}
