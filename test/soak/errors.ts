import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from '../../infra/local/google/faults.ts';
import { startSystem } from '../../infra/local/system.ts';
import { createGoogleControl, type GoogleControl } from './google-control.ts';
import { judge, type Verdict } from './judge.ts';
import { createSoakPerson, type SoakPerson } from './person.ts';
import { createPhrases, titleOf, type ChangeKind } from './phrases.ts';

export interface ErrorsReport extends Verdict {
  /** Answers that said nothing happened, or nothing at all, after it had happened. */
  errors: number;
}

const PEOPLE = 10;
const EVENTS = '/calendar/v3/calendars/primary/events';
const SENT: Record<ChangeKind, Pick<Fault, 'method' | 'path'>> = {
  create: { method: 'POST', path: EVENTS },
  recurring: { method: 'POST', path: EVENTS },
  update: { method: 'PATCH', path: EVENTS },
  delete: { method: 'DELETE', path: EVENTS },
};
/** Ways in which an answer can be wrong, and how many of a hundred are. No answer at all takes longest. */
const WRONG: readonly [number, Omit<Fault, 'path'>][] = [
  [4, { hang: true }],
  [24, { status: 500 }],
  [24, { status: 503, retryAfter: 1 }],
  [16, { status: 502, html: true }],
  [16, { html: true }],
  [16, { truncate: true }],
];

/** The provider did it and we saw an error, so many times for each kind of change: each is done once. */
export async function soakErrors(options: {
  /** For each kind of change. */
  times: number;
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<ErrorsReport> {
  const { times, enough, log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined });
  try {
    const google = createGoogleControl(system.google?.address ?? '');
    const phrases = createPhrases();
    const people = await Promise.all(
      Array.from({ length: Math.min(PEOPLE, times) }, (_, index) => newcomer(system.publicUrl, google, index)),
    );
    let errors = 0;
    const unmet: string[] = [];
    for (const kind of ['create', 'recurring', 'update', 'delete'] as const) {
      if (enough.aborted) break;
      const planned = await plan(google, SENT[kind], times);
      log(`${kind}: ${planned} times the provider does it and we see an error`);
      await Promise.all(
        people.map(async (person, index) => {
          for (let number = index; number < planned && !enough.aborted; number += people.length) {
            const title = titleOf(kind === 'recurring' ? '정기' : '회의', number);
            await person.seeThrough(await person.ask(phrases[kind](title)));
          }
        }),
      );
      const left = await google.faultsLeft();
      errors += planned - left;
      if (left > 0 && !enough.aborted) unmet.push(`${left} errors of ${kind} met nobody`);
      await google.clearFaults();
    }
    const requestIds = people.flatMap((person) => person.requestIds);
    const verdict = await judge(system, google, requestIds);
    return { ...verdict, lost: [...verdict.lost, ...unmet], errors };
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Somebody who is connected; the event of their first request is nobody's else. */
async function newcomer(publicUrl: string, google: GoogleControl, index: number): Promise<SoakPerson> {
  const account = `person-${index + 1}@example.com`;
  await google.addPerson(account);
  const person = createSoakPerson(publicUrl, account);
  await person.signIn();
  await person.seeThrough(await person.ask(createPhrases().create(titleOf('첫 만남', index))));
  return person;
}

/** @returns how many errors there will be */
async function plan(google: GoogleControl, sent: Pick<Fault, 'method' | 'path'>, times: number): Promise<number> {
  let planned = 0;
  for (const [percent, wrong] of WRONG) {
    const share = Math.min(times - planned, Math.ceil((times * percent) / 100));
    if (share > 0) await google.fault({ ...sent, ...wrong, afterEffect: true, times: share });
    planned += share;
  }
  return planned;
}
