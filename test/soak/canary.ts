import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startSystem, type System } from '../../infra/local/system.ts';
import { findCanaries, filesBelow, formsOf } from '../support/canary.ts';
import { killWhileBusy } from './busy-people.ts';
import { createGoogleControl } from './google-control.ts';
import { connectOwner, judge, orchestratorVault, type Verdict } from './judge.ts';
import { createSoakPerson, type SoakPerson } from './person.ts';
import { createPhrases, type Phrases } from './phrases.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { dumpDatabase, readHistories, readSinks, searchSink, unseenForms, type Canaries } from './sinks.ts';

export interface CanaryReport extends Verdict {
  kills: number;
  /** How many secrets and private words were looked for, in how many places of how many bytes. */
  canaries: number;
  sinks: number;
  bytes: number;
  /** What was found where it may not be, and searches that would find nothing. */
  leaks: string[];
}

/**
 * SE-1 after a busy run with kills, denials and refreshes: every place where something is kept or sent is searched for what
 * must not be there, in every form, and for what must be there, so that the search itself is known to work.
 */
export async function soakCanary(options: {
  seed: number;
  kills: number;
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<CanaryReport> {
  const { log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined });
  const recorders: Recorder[] = [];
  try {
    const google = createGoogleControl(system.google?.address ?? '');
    // Letters only: digits would be read as times.
    const words = `카나리아 ${randomUUID().replace(/\W|\d/g, (each) => 'ghijklmnop'[Number(each)] ?? '')}`;
    const phrases = withWords(createPhrases(), words);
    const people: SoakPerson[] = [];
    for (const account of ['minji@example.com', 'alex@example.com', 'sam@example.com']) {
      await google.addPerson(account);
      const recorder = createRecorder(system.publicUrl);
      recorders.push(recorder);
      const person = createSoakPerson(system.publicUrl, account, recorder.person);
      people.push(person);
      await person.signIn();
      recorder.follow();
      await comeWithoutConsent(person, phrases.create('회의0000'));
    }
    const kills = await killWhileBusy({ ...options, system, people, phrases });
    // New tokens for everybody, in use.
    await google.expireAccessTokens();
    for (const person of people) await person.seeThrough(await person.ask(phrases.create('회의9999')));
    const requestIds = people.flatMap((person) => person.requestIds);
    const verdict = await judge(system, google, requestIds);
    for (const recorder of recorders) await recorder.stop();

    const canaries = await collectCanaries(system, people, recorders, words);
    const [attemptId = ''] = Object.values(await credentialsOf(system)).map(({ id }) => id);
    const known = { requestId: requestIds.at(-1) ?? '', attemptId, words, recorders };
    const sinks = await readSinks(system, dataDir, canaries, known);
    log(`searching ${sinks.length} places for ${Object.keys(canaries.secrets).length} secrets`);
    const leaks = sinks.flatMap((sink) => [
      ...searchSink(sink),
      ...unseenForms(sink, `planted+${randomUUID()}/=한`).map((form) => `${sink.name}: would not see ${form}`),
    ]);
    return {
      ...verdict,
      kills,
      canaries: Object.keys(canaries.secrets).length + Object.keys(canaries.private).length,
      sinks: sinks.length,
      bytes: sinks.reduce((sum, { bytes }) => sum + bytes.length, 0),
      leaks: [...leaks, ...(await plantForReal(system, dataDir))],
    };
  } finally {
    for (const recorder of recorders) await recorder.stop();
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Every request carries the words, and so does every title. */
function withWords(phrases: Phrases, words: string): Phrases {
  const mark = (phrase: (title: string) => string) => (title: string) => phrase(`${words} ${title}`);
  const { create, recurring, update, delete: remove } = phrases;
  return { create: mark(create), recurring: mark(recurring), update: mark(update), delete: mark(remove) };
}

/** Says no at the provider, comes back with a `state` that nobody knows, and uses one twice, before the yes. */
export async function comeWithoutConsent(person: SoakPerson, text: string): Promise<void> {
  const requestId = await person.ask(text);
  const link = await person.link(requestId);
  await person.open((await person.consent(link, 'deny')).href);
  const forged = await person.consent(link);
  forged.searchParams.set('state', `${forged.searchParams.get('state')}x`);
  await person.open(forged.href);
  const yes = await person.consent(link);
  await person.open(yes.href);
  await person.open(yes.href);
  await person.seeThrough(requestId);
}

export async function credentialsOf(system: System): Promise<{ id: string; userId: string }[]> {
  const sql = await connectOwner(system);
  try {
    const { rows } = await sql.query<{ id: string; userId: string }>(
      `SELECT credential AS id, user_id AS "userId" FROM connection WHERE status = 'active'`,
    );
    return rows;
  } finally {
    await sql.end();
  }
}

/** Everything that was secret in this run, by name. */
export async function collectCanaries(
  system: System,
  people: readonly SoakPerson[],
  recorders: readonly Recorder[],
  words: string,
): Promise<Canaries> {
  const secrets: Record<string, string> = {};
  const priv: Record<string, string> = { words, arguments: '"durationMinutes":', answer: '추가했습니다' };
  people.forEach(({ trips }, person) => {
    trips.forEach(({ state, code }, trip) => {
      if (state !== '') secrets[`state ${person}.${trip}`] = state;
      if (code !== '') secrets[`code ${person}.${trip}`] = code;
    });
  });
  recorders.forEach((recorder, person) => {
    const session = /panager=([^;]+)/.exec(recorder.person.cookie())?.[1];
    if (session !== undefined) secrets[`session ${person}`] = session;
  });
  const vault = orchestratorVault(system);
  try {
    for (const { id: attemptId, userId } of await credentialsOf(system)) {
      const stored = await vault.read({ userId, provider: 'google', attemptId });
      if (stored.kind !== 'credential') throw new Error('an active connection has a credential');
      const { accessToken, refreshToken } = stored.credential;
      secrets[`access token of ${attemptId}`] = accessToken;
      if (refreshToken !== null) secrets[`refresh token of ${attemptId}`] = refreshToken;
    }
  } finally {
    vault.close();
  }
  const sql = await connectOwner(system);
  try {
    const { rows } = await sql.query<{ publicId: string }>('SELECT public_id AS "publicId" FROM flow');
    rows.forEach(({ publicId }, index) => (priv[`link ${index}`] = publicId));
  } finally {
    await sql.end();
  }
  return { secrets, private: priv };
}

/**
 * The searches' own test, with real leaks: a secret as the argument of a workflow and in a row, in each form, must be found
 * in histories, in Temporal's files and in the dump.
 */
export async function plantForReal(system: System, dataDir: string): Promise<string[]> {
  const secret = `planted-${randomUUID()}-for-real+/=`;
  const forms = [...formsOf(secret)].filter(([form]) => form !== 'utf16');
  const texts = forms.map(([, bytes]) => bytes.toString('latin1'));
  const connection = await Connection.connect({ address: system.env.gateway.TEMPORAL_ADDRESS ?? '' });
  try {
    const { workflow } = new Client({ connection });
    const workflowId = `planted-${randomUUID()}`;
    await workflow.start('nobody', { workflowId, taskQueue: 'nobody', args: texts });
    const histories = await readHistories(system.env.gateway.TEMPORAL_ADDRESS ?? '');
    await workflow.getHandle(workflowId).terminate();
    const sql = await connectOwner(system);
    await sql.query('CREATE TABLE planted AS SELECT unnest($1::text[]) AS planted', [texts]);
    const dump = await dumpDatabase(system);
    await sql.query('DROP TABLE planted');
    await sql.end();
    const sinks = { histories, dump, 'files of Temporal': filesBelow(join(dataDir, 'temporal')) };
    return Object.entries(sinks).flatMap(([name, sink]) => {
      const found = findCanaries(sink, { secret });
      return forms
        .filter(([form]) => !found.includes(`secret as ${form}`))
        .map(([form]) => `${name}: a real leak as ${form} was not seen`);
    });
  } finally {
    await connection.close();
  }
}
