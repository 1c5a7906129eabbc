import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { lockDataFolder } from './processes/data-lock.ts';
import { readPaths } from './paths.ts';
import { stopAllLeftovers } from './process.ts';

const { data, envFile, saidYes } = readPaths(process.argv.slice(2));

/** `make reset`: forgets everything that the embedded servers keep, after asking. Downloaded binaries stay. */
async function reset(): Promise<void> {
  if (!existsSync(data)) return console.log('There is no embedded data: nothing was removed.');
  const lock = await lockDataFolder(data);
  if (!(await isSure())) {
    lock.release();
    console.log('Nothing was removed.');
    process.exitCode = 1;
    return;
  }
  await stopAllLeftovers(data);
  lock.release();
  rmSync(data, { recursive: true, force: true });
  rmSync(envFile, { force: true });
  console.log('The embedded data is gone. `make dev` starts with an empty system.');
}

async function isSure(): Promise<boolean> {
  if (saidYes) return true;
  if (!process.stdin.isTTY) {
    console.log('Nobody can be asked here. `make reset YES=1` removes the embedded data without asking.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    'Remove all accounts, requests and secrets of this machine (.local/data)? Type yes: ',
  );
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

reset().catch((error: unknown) => {
  console.error(
    error instanceof Error ? error.message.replace('Nothing was started', 'Nothing was removed; stop it first') : error,
  );
  process.exitCode = 1;
});
