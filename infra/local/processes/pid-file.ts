import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

/** What a start remembers about a process for the next one, in `<dataDir>/run/<name>.json`. */
export type PidFile = ProcessIdentity & { command: string; args: string[]; ports: number[]; fingerprint: string };

export function writePidFile(dataDir: string, name: string, record: PidFile): void {
  const file = pathOf(dataDir, name);
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Undefined when there is none, or when what is there is not one: then nothing is known and nothing may be killed. */
export function readPidFile(dataDir: string, name: string): PidFile | undefined {
  try {
    const record = JSON.parse(readFileSync(pathOf(dataDir, name), 'utf8')) as Partial<PidFile>;
    const isWhole = Number.isInteger(record.pid) && Number(record.pid) > 1 && record.startedAt && record.command;
    return isWhole ? ({ args: [], ports: [], fingerprint: '', ...record } as PidFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the record of this very process; a newer one under the same name stays. */
export function removePidFile(dataDir: string, name: string, { pid, startedAt }: ProcessIdentity): void {
  const recorded = readPidFile(dataDir, name);
  if (recorded?.pid === pid && recorded.startedAt === startedAt) rmSync(pathOf(dataDir, name), { force: true });
}

export function recordedNames(dataDir: string): string[] {
  try {
    const files = readdirSync(join(dataDir, 'run'));
    return files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'));
  } catch {
    return [];
  }
}

const pathOf = (dataDir: string, name: string) => join(dataDir, 'run', `${name}.json`);
