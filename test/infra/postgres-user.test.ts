import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { asSystemUser, systemUserForPostgres } from '../../infra/local/servers/postgres-binaries.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** Looks for a program as initdb does, with access(2), and says who it is and what it may do. */
const LOOK = `
const { accessSync, constants, readFileSync } = require('node:fs');
accessSync(process.argv[1], constants.X_OK);
const status = readFileSync('/proc/self/status', 'utf8');
console.log(JSON.stringify([process.getuid(), ...['Prm', 'Eff'].map((set) => Number('0x' + status.match('Cap' + set + ':\\\\s*(\\\\w+)')[1]))]));`;
const DAC_OVERRIDE = 2;

// Skipped unless root: nobody else starts Postgres as another user.
const whenRoot = process.getuid?.() === 0 ? test : test.skip;
whenRoot('as root, below a folder of root alone, Postgres finds its programs and may do nothing else', async () => {
  const user = await systemUserForPostgres();
  const folder = temporaryFolder();
  try {
    chmodSync(folder.path, 0o700);
    const program = join(folder.path, 'postgres');
    writeFileSync(program, '', { mode: 0o755 });
    const { command, args } = asSystemUser(user, process.execPath, ['-e', LOOK, program]);
    const said: unknown = JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
    expect(said).toEqual([user?.uid, DAC_OVERRIDE, DAC_OVERRIDE]);
  } finally {
    await folder.remove();
  }
});
