import type { ConsentTimes } from '../../src/domain/consent-times.ts';

/**
 * One interleaving as data: who asks for what, what else happens to the person, and how the steps are ordered. A seed
 * makes one (generate-story.ts); the wrong readings write theirs by hand.
 */
export interface Story {
  name: string;
  /** Orders whatever the holds leave open. */
  seed: number;
  /** False: the provider takes no key of ours and cannot be asked whether it did something. */
  takesOurKey: boolean;
  times: Partial<ConsentTimes>;
  happenings: Happening[];
  /** Steps that are kept waiting, which is how everything becomes late, frozen or overtaken. */
  holds: Hold[];
  /** Share of transactions that keep their locks until another step has run into them, from 0 to 1. */
  crossings: number;
  /** Share of deliveries that are made twice: the dispatcher died between the call and its note of it. */
  duplicates: number;
  /** Which sendings of a write, counted from 1, are done by the provider although it answers with a failure. */
  lostAnswers: number[];
  /** How often a choice waits for what a workflow will do next, from 0 to 1. */
  patience: number;
  /** How long nothing must have happened until a hold is loosened. */
  idleMs: number;
}

/** What begins by itself. Each is an actor that stands at `begin` first, so that a hold can delay it. */
export type Happening =
  /** A message; its request makes these calls at once and then answers. */
  | { kind: 'ask'; request: string; calls: PlannedCall[] }
  /** A browser trip from the link that is live then. */
  | { kind: 'tab'; tab: string; account: Account; answer: TabAnswer; grants: Grants; confirms: boolean }
  | { kind: 'cancel' | 'skip' | 'snooze'; request: string }
  /** The deadline of what waits has passed. */
  | { kind: 'deadline'; request: string }
  /** A no on our own page. */
  | { kind: 'decline' }
  /** The person ends the connection with us. */
  | { kind: 'disconnect' }
  /** The person ends the grant at the provider: every token of the account is dead. */
  | { kind: 'revokeAtProvider'; again?: number }
  /** The provider takes no access token that it gave so far; refreshing helps. */
  | { kind: 'refuseTokens'; again?: number }
  | { kind: 'sweep' };

export type PlannedCall = 'read' | 'create';
export type Account = 'first' | 'second';
export type TabAnswer = 'approve' | 'deny' | 'leave';
/** What the person allows of what is asked. */
export type Grants = 'asked' | 'read' | 'everything';

export interface Hold {
  /** An actor's name, as `nameOf` and play.ts give them, and one of its barriers: `<port call> <n-th of this actor>`. */
  actor: string;
  barrier: string;
  until: Moment;
  /** The worker counts as lost when its activity comes here: Temporal tries again while this attempt lives on. */
  lost?: boolean;
}

export type Moment =
  /** So many steps of others. */
  | { steps: number }
  /** All of these lines are in the story's log. */
  | { after: string[] };

export function nameOf(happening: Happening): string {
  switch (happening.kind) {
    case 'ask':
    case 'cancel':
    case 'skip':
    case 'snooze':
    case 'deadline':
      return `${happening.kind} ${happening.request}`;
    case 'tab':
      return `tab ${happening.tab}`;
    case 'revokeAtProvider':
    case 'refuseTokens':
      return [happening.kind, ...(happening.again === undefined ? [] : [happening.again])].join(' ');
    case 'decline':
    case 'disconnect':
    case 'sweep':
      return happening.kind;
  }
}
