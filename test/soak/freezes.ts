import { setTimeout as delay } from 'node:timers/promises';
import { anyFreePort } from '../../infra/local/ports.ts';
import type { RunningProcess } from '../../infra/local/process.ts';
import { freeze, thaw } from '../support/freeze.ts';
import { CALLBACK_CUTS, EFFECT_CUTS, type Change, type Cut, type Trip } from './cuts.ts';
import type { Held } from './held.ts';
import { judge, type Verdict } from './judge.ts';
import type { SoakPerson } from './person.ts';
import type { ChangeKind } from './phrases.ts';
import { startSteeredSystem, type SteeredSystem } from './steered-system.ts';
import { createStories } from './stories.ts';

export interface FreezesReport extends Verdict {
  freezes: number;
  /** Requests that were in the middle of something when their process froze. */
  frozen: number;
}

/**
 * Longer than every timeout: repair comes after 90 s, an attempt of an activity ends after 45 s, a write may be sent for
 * 30 s, an exchange takes 20 s, a transaction may idle for 15 s, a heartbeat may fail to come for 10 s.
 */
const FREEZE_MS = 110_000;

/** Those that wait longest for an answer come first: all must still wait when the last of them has been reached. */
const IN_EFFECTS: readonly [string, ChangeKind][] = [
  ['sent, and arrives late', 'create'],
  ['sent, and arrives late', 'update'],
  ['the provider did it, before we know', 'create'],
  ['the provider did it, before we know', 'delete'],
  ['allowed to send, before it is sent', 'create'],
  ['allowed to send, before it is sent', 'update'],
  ['allowed to send, before it is sent', 'delete'],
  ['we know, before it is written down', 'create'],
  ['written down, before Temporal knows', 'create'],
  ['the start is not committed', 'create'],
  ['started, before the secret is read', 'create'],
];
const IN_CALLBACKS = [
  'burnt; the exchange arrives late',
  'exchanged; nobody got the tokens',
  'exchanged, not verified',
  'recorded, before the secret is sent',
  'finish is not committed',
  'the secret arrives late',
  'the secret is stored, before finish',
  'finished, before the poke',
];

/**
 * SIGSTOP of a process in the middle of creates, changes and callbacks, for longer than every timeout, then SIGCONT: once
 * alone, once while another process of its kind takes its work over. One effect, and no orphan, either way.
 */
export async function soakFreezes(options: {
  enough: AbortSignal;
  log: (line: string) => void;
  freezeMs?: number;
}): Promise<FreezesReport> {
  const { enough, log, freezeMs = FREEZE_MS } = options;
  const world = await startSteeredSystem();
  try {
    const stories = createStories(world);
    let freezes = 0;
    let frozen = 0;
    let peopleUsed = 0;
    const notReached: string[] = [];
    for (const name of ['orchestrator', 'gateway'] as const) {
      for (const isAlone of [false, true]) {
        if (enough.aborted) break;
        const inTheMiddle = name === 'orchestrator' ? await effectsUnderWay() : await callbacksUnderWay();
        const seconds = Math.round(freezeMs / 1000);
        log(
          `SIGSTOP of the ${name}, ${isAlone ? 'alone' : 'another one takes over'}: ${inTheMiddle.length} requests, ${seconds} s`,
        );
        const pid = world.system.pid(name);
        await freeze(pid);
        // What was on its way arrives while nobody can take it.
        for (const { held } of inTheMiddle) held.goOn('deliver');
        const other = isAlone ? null : await startOther(world, name);
        await delay(freezeMs);
        thaw(pid);
        freezes += 1;
        frozen += inTheMiddle.length;
        // Who gave up is found by the judge.
        await Promise.allSettled(inTheMiddle.map(({ person, requestId }) => person.seeThrough(requestId)));
        await other?.stop();
      }
    }
    const verdict = await judge(world.system, world.google, stories.requestIds);
    return { ...verdict, lost: [...verdict.lost, ...notReached], freezes, frozen };

    type Middle = { person: SoakPerson; requestId: string; held: Held };

    async function effectsUnderWay(): Promise<Middle[]> {
      await stories.connected(peopleUsed + IN_EFFECTS.length);
      const reached: Middle[] = [];
      for (const [cut, kind] of IN_EFFECTS) {
        // Each person once: a transaction that stands still keeps everything else of its person waiting.
        const index = peopleUsed++;
        await reach(reached, cutNamed(EFFECT_CUTS, cut), await stories.change(kind, index));
      }
      return reached;
    }

    async function callbacksUnderWay(): Promise<Middle[]> {
      const ways = [];
      for (const cut of IN_CALLBACKS) ways.push({ cut: cutNamed(CALLBACK_CUTS, cut), way: await stories.trip() });
      const reached: Middle[] = [];
      for (const { cut, way } of ways) await reach(reached, cut, way);
      return reached;
    }

    async function reach<Subject extends Trip | Change>(
      reached: Middle[],
      cut: Cut<Subject>,
      way: { subject: Subject; person: SoakPerson; go(): Promise<string> },
    ): Promise<void> {
      const held = await cut.arm(world, way.subject);
      const requestId = await way.go();
      await held.reached.then(
        () => reached.push({ person: way.person, requestId, held }),
        () => notReached.push(`request ${requestId} did not come to: ${cut.name}`),
      );
    }
  } finally {
    await world.stop();
  }
}

function cutNamed<Subject>(cuts: readonly Cut<Subject>[], name: string): Cut<Subject> {
  const cut = cuts.find((each) => each.name === name);
  if (!cut) throw new Error(`there is no cut "${name}"`);
  return cut;
}

/** A second gateway answers nobody, because nobody knows its port, but it carries the outbox. */
async function startOther({ system }: SteeredSystem, name: 'gateway' | 'orchestrator'): Promise<RunningProcess> {
  return system.startAnother(name, name === 'gateway' ? { PORT: String(await anyFreePort()) } : {});
}
