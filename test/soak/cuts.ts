import type { Held, HowOn } from './held.ts';
import type { SteeredSystem, Victim } from './steered-system.ts';

/** A place between two steps of the product where something can die. */
export interface Cut<Subject> {
  name: string;
  /** Stops it there, from outside, when the subject comes by next. */
  arm(world: SteeredSystem, subject: Subject): Promise<Held> | Held;
  /** What becomes of the held message when its sender has been killed: lost, delivered late, or after all is over. */
  then: HowOn | 'deliverAfterTheEnd';
  /** How a trip that was cut here ends, when its gateway alone died and its person waited for repair. */
  leaves?: 'failed' | 'granted';
  /** Who dies here, one case each; two of them in one case die together. */
  victims: readonly (readonly Victim[])[];
}

/** A browser on its way back from the provider. */
export interface Trip {
  userId: string;
  attemptId: string;
  flowId: string;
  code: string;
  /** Reached when the answer to the callback has begun to arrive at the browser. */
  answering: Held;
}

/** A change that a person is about to ask for. */
export interface Change {
  userId: string;
  /** Requests of before, which may come by again: they are not meant. */
  earlier: readonly string[];
  /** Of the write in its request: `step.index`. */
  callId: string;
  /** How the change is sent to the provider, and words of its body. */
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: string;
}

const GATEWAY: Cut<Trip>['victims'] = [['gateway']];
const SERVERS_TOO: Cut<Trip>['victims'] = [['gateway'], ['postgres'], ['openBao'], ['temporal']];

const secretOf = ({ userId, attemptId }: Trip) => `/secret/data/users/${userId}/google/${attemptId}`;
/** The transaction that finishes an attempt; burning `state` is another statement. */
const finishing = ({ attemptId }: Trip) => ['confirm_by = $3', attemptId];

export const CALLBACK_CUTS: readonly Cut<Trip>[] = [
  {
    name: 'burnt; the exchange never arrives',
    arm: ({ google }, { code }) => google.hold({ method: 'POST', path: '/token', body: encoded(code), when: 'before' }),
    leaves: 'failed',
    then: 'drop',
    victims: SERVERS_TOO,
  },
  {
    name: 'burnt; the exchange arrives late',
    arm: ({ google }, { code }) => google.hold({ method: 'POST', path: '/token', body: encoded(code), when: 'before' }),
    leaves: 'failed',
    then: 'deliver',
    victims: GATEWAY,
  },
  {
    name: 'exchanged; nobody got the tokens',
    arm: ({ google }, { code }) => google.hold({ method: 'POST', path: '/token', body: encoded(code), when: 'after' }),
    leaves: 'failed',
    then: 'drop',
    victims: GATEWAY,
  },
  {
    name: 'exchanged, not verified',
    arm: ({ google }) => google.hold({ method: 'GET', path: '/v1/userinfo', when: 'before' }),
    leaves: 'failed',
    then: 'drop',
    victims: SERVERS_TOO,
  },
  {
    name: 'verified, not recorded',
    arm: ({ database }, { attemptId }) =>
      database.gateway.hold({ words: ['SET subject = $2', attemptId], at: 'statement' }),
    leaves: 'failed',
    then: 'drop',
    victims: GATEWAY,
  },
  {
    name: 'recorded, before the secret is sent',
    arm: ({ database }, { attemptId }) =>
      database.gateway.hold({ words: ['SET subject = $2', attemptId], at: 'answer' }),
    leaves: 'failed',
    then: 'drop',
    victims: [['gateway'], ['openBao'], ['gateway', 'openBao']],
  },
  {
    name: 'the secret never arrives',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'request' }),
    leaves: 'failed',
    then: 'drop',
    victims: SERVERS_TOO,
  },
  {
    name: 'the secret arrives late',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'request' }),
    leaves: 'granted',
    then: 'deliver',
    victims: GATEWAY,
  },
  {
    name: 'the secret arrives after repair',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'request' }),
    leaves: 'failed',
    then: 'deliverAfterTheEnd',
    victims: GATEWAY,
  },
  {
    name: 'the secret is stored, before finish',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'answer' }),
    leaves: 'granted',
    then: 'drop',
    victims: [...SERVERS_TOO, ['gateway', 'postgres'], ['gateway', 'openBao'], ['gateway', 'temporal']],
  },
  {
    name: 'finish is not committed',
    arm: ({ database }, trip) => database.gateway.hold({ words: finishing(trip), at: 'commit' }),
    leaves: 'granted',
    then: 'drop',
    victims: SERVERS_TOO,
  },
  {
    name: 'finished, before the poke',
    arm: ({ database }, trip) => database.gateway.hold({ words: finishing(trip), at: 'committed', whole: true }),
    leaves: 'granted',
    then: 'drop',
    victims: [...SERVERS_TOO, ['gateway', 'temporal']],
  },
  {
    name: 'finished, before the page is made',
    arm: ({ database }, trip) => {
      const finished = database.gateway.hold({ words: finishing(trip), at: 'committed' });
      const looking = finished.reached.then(() => {
        const held = database.gateway.hold({ words: ['f.id = $1', trip.flowId], at: 'answer' });
        finished.goOn('deliver');
        return held;
      });
      looking.catch(() => undefined);
      return {
        reached: looking.then(({ reached }) => reached),
        goOn: (how) => {
          finished.goOn(how);
          void looking.then((held) => held.goOn(how)).catch(() => undefined);
        },
      };
    },
    leaves: 'granted',
    then: 'drop',
    victims: GATEWAY,
  },
  {
    name: 'while the page is sent',
    arm: (_world, { answering }) => answering,
    leaves: 'granted',
    then: 'deliver',
    victims: GATEWAY,
  },
];

/** Repair comes after 90 s, on a busy machine later. */
const UNTIL_REPAIR = { patienceMs: 400_000 };
const REPAIRERS: Cut<Trip>['victims'] = [['orchestrator'], ['postgres'], ['openBao'], ['temporal']];

/** Of repair, after a gateway that died when it had stored the secret, or before. */
export const REPAIR_CUTS: readonly (Cut<Trip> & { after: string })[] = [
  {
    name: 'repair: before the path is claimed',
    after: 'the secret never arrives',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'request', ...UNTIL_REPAIR }),
    leaves: 'failed',
    then: 'drop',
    victims: [['orchestrator'], ['openBao']],
  },
  {
    name: 'repair: claimed, before it knows',
    after: 'the secret never arrives',
    arm: ({ vault }, trip) => vault.hold({ method: 'POST', path: secretOf(trip), at: 'answer', ...UNTIL_REPAIR }),
    leaves: 'failed',
    then: 'drop',
    victims: [['orchestrator']],
  },
  {
    name: 'repair: the secret is found, before finish',
    after: 'the secret is stored, before finish',
    arm: ({ vault }, trip) => vault.hold({ method: 'GET', path: secretOf(trip), at: 'answer', ...UNTIL_REPAIR }),
    leaves: 'granted',
    then: 'drop',
    victims: REPAIRERS,
  },
  {
    name: 'repair: finish is not committed',
    after: 'the secret is stored, before finish',
    arm: ({ database }, trip) => database.orchestrator.hold({ words: finishing(trip), at: 'commit', ...UNTIL_REPAIR }),
    leaves: 'granted',
    then: 'drop',
    victims: [['orchestrator'], ['postgres']],
  },
  {
    name: 'repair: finished, before Temporal knows',
    after: 'the secret is stored, before finish',
    arm: ({ database }, trip) =>
      database.orchestrator.hold({ words: finishing(trip), at: 'committed', ...UNTIL_REPAIR }),
    leaves: 'granted',
    then: 'drop',
    victims: [['orchestrator'], ['orchestrator', 'temporal']],
  },
];

const ORCHESTRATOR: Cut<Change>['victims'] = [['orchestrator']];
const STORES_TOO: Cut<Change>['victims'] = [['orchestrator'], ['postgres'], ['openBao'], ['temporal']];

const starting = ({ callId, earlier }: Change) => ({ words: ['started_at = now()', asText(callId)], without: earlier });
const completing = ({ callId, earlier }: Change) => ({ words: ['done_at = now()', asText(callId)], without: earlier });
const sending = (when: 'before' | 'after', { google }: SteeredSystem, { method, path, body }: Change) =>
  google.hold({ method, path, when, ...(body === undefined ? {} : { body }) });

/** The model's turn that chose the call, or the one that said it is done. */
const thinking = ({ earlier }: Change) => ({ words: ['INTO transcript'], without: earlier });

export const EFFECT_CUTS: readonly Cut<Change>[] = [
  {
    name: 'thought, before it is written down',
    arm: ({ database }, change) => database.orchestrator.hold({ ...thinking(change), at: 'statement' }),
    then: 'drop',
    victims: [['orchestrator'], ['postgres']],
  },
  {
    name: 'chosen, before Temporal knows',
    arm: ({ database }, change) => database.orchestrator.hold({ ...thinking(change), at: 'answer' }),
    then: 'drop',
    victims: [['orchestrator'], ['temporal']],
  },
  {
    name: 'the start is not committed',
    arm: ({ database }, change) => database.orchestrator.hold({ ...starting(change), at: 'commit' }),
    then: 'drop',
    victims: ORCHESTRATOR,
  },
  {
    name: 'started, before the secret is read',
    arm: ({ database }, change) => database.orchestrator.hold({ ...starting(change), at: 'committed' }),
    then: 'drop',
    victims: [['orchestrator'], ['openBao'], ['orchestrator', 'openBao']],
  },
  {
    name: 'allowed to send, before it is sent',
    arm: ({ database }, { callId, earlier }) =>
      database.orchestrator.hold({ words: ['AS may', asText(callId)], without: earlier, at: 'answer' }),
    then: 'drop',
    victims: STORES_TOO,
  },
  { name: 'sent, and never arrives', arm: (...to) => sending('before', ...to), then: 'drop', victims: STORES_TOO },
  { name: 'sent, and arrives late', arm: (...to) => sending('before', ...to), then: 'deliver', victims: ORCHESTRATOR },
  {
    name: 'sent, and arrives after somebody else sent it',
    arm: (...to) => sending('before', ...to),
    then: 'deliverAfterTheEnd',
    victims: ORCHESTRATOR,
  },
  {
    name: 'the provider did it, before we know',
    arm: (...to) => sending('after', ...to),
    then: 'drop',
    victims: [
      ...STORES_TOO,
      ['orchestrator', 'postgres'],
      ['orchestrator', 'temporal'],
      ['orchestrator', 'openBao'],
      ['postgres', 'temporal'],
    ],
  },
  {
    name: 'we know, before it is written down',
    arm: ({ database }, change) => database.orchestrator.hold({ ...completing(change), at: 'commit' }),
    then: 'drop',
    victims: STORES_TOO,
  },
  {
    name: 'written down, before Temporal knows',
    arm: ({ database }, change) => database.orchestrator.hold({ ...completing(change), at: 'committed' }),
    then: 'drop',
    victims: [['orchestrator'], ['temporal'], ['orchestrator', 'temporal']],
  },
  {
    name: 'the answer is there, before Temporal knows',
    arm: ({ database }, { earlier }) =>
      database.orchestrator.hold({ words: ['ended_at = now()'], without: earlier, at: 'committed' }),
    then: 'drop',
    victims: [['orchestrator'], ['temporal']],
  },
];

const encoded = (value: string) => new URLSearchParams({ code: value }).toString();

/** A parameter of exactly this text: in the protocol its length stands before it. */
function asText(value: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]).toString('latin1');
}
