import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/system.ts';
import { killWhileBusy } from './busy-people.ts';
import { createGoogleControl } from './google-control.ts';
import { judge, type Verdict } from './judge.ts';
import { createSoakPerson } from './person.ts';
import { createPhrases } from './phrases.ts';

export interface KillsReport extends Verdict {
  kills: number;
}

const PEOPLE = ['minji@example.com', 'alex@example.com', 'sam@example.com', 'kim@example.com'];

/** Kills at random moments of running stories. The provider's own ledger then says what really happened. */
export async function soakKills(options: {
  seed: number;
  kills: number;
  /** How many ask at once, at most four. */
  people?: number;
  /** Ends the killing early; what runs is still settled and judged. */
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<KillsReport> {
  const accounts = PEOPLE.slice(0, options.people);
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined });
  try {
    const google = createGoogleControl(system.google?.address ?? '');
    for (const account of accounts) await google.addPerson(account);
    const people = accounts.map((account) => createSoakPerson(system.publicUrl, account));
    const kills = await killWhileBusy({ ...options, system, people, phrases: createPhrases() });
    const requestIds = people.flatMap((person) => person.requestIds);
    return { kills, ...(await judge(system, google, requestIds)) };
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
