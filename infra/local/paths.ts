import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { root: { type: 'string' }, yes: { type: 'boolean' } } });

/** The checkout that a command works on: this one, unless `--root <folder>` says another. */
export const root = resolve(values.root ?? join(import.meta.dirname, '../..'));

/** Where a checkout keeps what it must not share: 0700, ignored by git. */
export const localFolder = join(root, '.local');
export const localData = join(localFolder, 'data');
export const localEnvFile = join(localFolder, 'env');

/** True when the person said `--yes` beforehand. */
export const saidYes = values.yes ?? false;
