import type { ContainerWorld } from './container-world.ts';
import type { EngineRule } from './engine-proxy.ts';
import type { Held, HowOn } from './held.ts';

/** A place between two steps of a run, and whoever dies there. */
export interface ContainerCut {
  name: string;
  victim: 'sandbox' | 'orchestrator';
  /** What becomes of the held message when its sender is dead. */
  how: HowOn;
  /** Stops it there, from outside, when any run comes by next. */
  arm(world: ContainerWorld, patienceMs: number): Held;
}

type At = 'request' | 'answer';
const HOWS: readonly [At, HowOn, string][] = [
  ['request', 'drop', 'before'],
  ['request', 'deliver', 'before, and it arrives late'],
  ['answer', 'drop', 'after, and nobody heard'],
];

function ofEngine(step: string, method: EngineRule['method'], path: RegExp): ContainerCut[] {
  return HOWS.map(([at, how, when]) => ({
    name: `${step}: ${when}`,
    victim: 'sandbox',
    how,
    arm: ({ engineProxy }, patienceMs) => engineProxy.hold({ method, path, at, patienceMs }),
  }));
}

function ofVault(step: string, victim: ContainerCut['victim'], method: string, path: string): ContainerCut[] {
  return HOWS.map(([at, how, when]) => ({
    name: `${step}: ${when}`,
    victim,
    how,
    arm: ({ vault }, patienceMs) => vault[victim].hold({ method, path, at, patienceMs }),
  }));
}

function ofRows(step: string, victim: ContainerCut['victim'], words: string): ContainerCut[] {
  return (['statement', 'answer'] as const).map((at) => ({
    name: `${step}: ${at === 'statement' ? 'before' : 'after, and nobody heard'}`,
    victim,
    how: 'drop',
    arm: ({ database }, patienceMs) => database[victim].hold({ words: [words], at, patienceMs }),
  }));
}

/** Every step of a run that leaves something somewhere, in their order. */
export const CONTAINER_CUTS: readonly ContainerCut[] = [
  ...ofRows('place', 'orchestrator', 'UPDATE run SET host'),
  ...ofVault('inject', 'orchestrator', 'POST', 'secret/data/runs/'),
  ...ofVault('read what was lent', 'sandbox', 'GET', 'secret/data/runs/'),
  ...ofEngine('create', 'POST', /\/containers\/create\?name=/),
  ...ofEngine('start', 'POST', /\/containers\/\w+\/start/),
  ...ofRows('cloned', 'sandbox', 'UPDATE run SET base_commit'),
  ...ofRows('began', 'sandbox', 'UPDATE run SET started_at'),
  ...ofEngine('exec', 'POST', /\/exec\/\w+\/start/),
  ...ofRows('output', 'sandbox', 'INSERT INTO run_log'),
  ...ofEngine('stop', 'POST', /\/containers\/\w+\/kill/),
  ...ofRows('end', 'sandbox', 'UPDATE run SET ended_at'),
  ...ofEngine('remove', 'DELETE', /\/containers\/\w+/),
  ...ofVault('destroy what was lent', 'sandbox', 'POST', 'secret/destroy/runs/'),
  ...ofRows('cleaned', 'sandbox', 'UPDATE run SET cleaned_at'),
];
