import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSystem, type System } from '../../infra/local/system.ts';
import { collectCanaries, comeWithoutConsent, credentialsOf, plantForReal } from '../soak/canary.ts';
import { createGoogleControl } from '../soak/google-control.ts';
import { createSoakPerson } from '../soak/person.ts';
import { createRecorder, type Recorder } from '../soak/recorder.ts';
import { readSinks, searchSink, unseenForms, type Canaries, type Sink } from '../soak/sinks.ts';
import { findCanaries, formsOf } from '../support/canary.ts';

/**
 * SE-1: after a whole story, every place where something is kept or sent is searched for what must not be there, in every
 * form, and for what must be there, so that the search itself is known to work.
 */
let system: System;
let recorder: Recorder;
let canaries: Canaries;
let sinks: Sink[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'panager-test-canary-'));
const words = `카나리아 ${randomUUID().replace(/\W|\d/g, (each) => 'ghijklmnop'[Number(each)] ?? '')}`;

beforeAll(async () => {
  system = await startSystem({ dataDir, mode: 'test', log: () => undefined });
  recorder = createRecorder(system.publicUrl);
  const person = createSoakPerson(system.publicUrl, 'minji@example.com', recorder.person);
  await person.signIn();
  recorder.follow();
  await comeWithoutConsent(person, `내일 3시에 ${words} 추가해줘`);
  // The new token is in use, and the old one was.
  await createGoogleControl(system.google?.address ?? '').expireAccessTokens();
  const requestId = await person.ask(`이번 주 일정 보여줘 ${words}`);
  await person.seeThrough(requestId);
  await recorder.stop();
  canaries = await collectCanaries(system, [person], [recorder], words);
  const [credential] = await credentialsOf(system);
  const known = { requestId, attemptId: credential?.id ?? '', words, recorders: [recorder] };
  sinks = await readSinks(system, dataDir, canaries, known);
}, 120_000);
afterAll(async () => {
  await recorder?.stop();
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

test('each form of a canary is found where it is planted', () => {
  const secret = ['ya29', 'a0-canary_0123456789/+=한'].join('.');
  for (const [form, bytes] of formsOf(secret)) {
    const sink = Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]);
    expect(findCanaries(sink, { secret })).toContain(`secret as ${form}`);
  }
  for (const offset of [0, 1, 2]) {
    const sink = Buffer.from(
      Buffer.concat([Buffer.alloc(offset, 120), Buffer.from(secret), Buffer.from('yz')]).toString('base64'),
    );
    expect(findCanaries(sink, { secret })).not.toEqual([]);
  }
  expect(findCanaries(Buffer.from('nothing here'), { secret })).toEqual([]);
});

test('the canaries are real', () => {
  const kinds = Object.keys(canaries.secrets).map((name) => name.replace(/ (of )?[\d-].*$/, '').replace(/ of .*$/, ''));
  expect([...new Set(kinds)].toSorted()).toEqual(['access token', 'code', 'refresh token', 'session', 'state']);
  expect(Object.values(canaries.secrets).every((secret) => secret.length >= 20)).toBe(true);
  expect(Object.keys(canaries.private)).toEqual(expect.arrayContaining(['words', 'arguments', 'answer', 'link 0']));
});

test.each([
  'the histories of Temporal',
  'the files of Temporal',
  'the files of OpenBao',
  'the database',
  'the log gateway.log',
  'the log orchestrator.log',
  'the log sandbox.log',
  'the log postgres.log',
  'the log temporal.log',
  'the log openbao.log',
  'the log emulated-google.log',
  'the answers of the gateway',
  'the event streams',
])('SE-1: %s: really read, every form would be seen, and nothing is there that may not be', (name) => {
  const sink = sinks.find((each) => each.name === name);
  if (!sink) throw new Error('there is no such place');
  expect(sink.bytes.length).toBeGreaterThan(0);
  expect(searchSink(sink)).toEqual([]);
  expect(unseenForms(sink, `planted+${randomUUID()}/=한`)).toEqual([]);
});

test('a secret that is really put into a workflow and into a row is seen in each form', async () => {
  expect(await plantForReal(system, dataDir)).toEqual([]);
});
