import { eventIdOf } from '../../activities/tools/calendar-create-event.ts';
import { effectKey } from '../../src/connections/effect-key.ts';
import { missingScopes } from '../../src/domain/scopes.ts';
import type { StoredCredential } from '../../src/ports/credential-vault.ts';
import type { Change, Table } from './journal.ts';
import type { Effect, Sending } from './practice-provider.ts';
import type { Story } from './story.ts';

/** Everything that is known of a story when it is judged. */
export interface Evidence {
  story: Story;
  /** False in the calm, where requests may still wait for their person. */
  isOver: boolean;
  journal: Change[];
  calls: { requestId: string; callId: string; title: string | null; writes: boolean }[];
  effects: readonly Effect[];
  sendings: readonly Sending[];
  /** What is at each path of Vault, and what the provider says of it. */
  secrets: {
    attemptId: string;
    kind: StoredCredential['kind'];
    isGood: boolean;
    endedBy: 'us' | 'the person' | null;
  }[];
  /** Cancellations that were accepted, and whether nothing had been sent then. */
  cancelled: { requestId: string; nothingSent: boolean }[];
  /** How often a workflow had each call run, retries not counted. */
  rounds: ReadonlyMap<string, number>;
  unexpected: readonly string[];
  ms: number;
}

type Row = Record<string, unknown>;
interface Waiter {
  request_id: string;
  call_id: string;
  status: string;
  needs: string[];
  failed_version: number | null;
  reason: string;
  rounds: number;
}
interface Attempt {
  id: string;
  status: string;
  created_at: string;
}
interface Connection {
  connected_at: string;
  status: string;
  version: number;
  scopes: string[];
  subject: string;
  credential: string;
}
interface Ledger {
  started_at: string | null;
  done_at: string | null;
  uncertain: boolean;
}

/** The rows as one transaction left them, and as they were before. */
interface Moment {
  changes: Change[];
  before: State;
  after: State;
}

type State = Map<string, Row>;

const CLOSED = new Set(['expired', 'skipped', 'cancelled', 'insufficient']);
const NOTHING_SENT = 'Nothing was sent.';

type Check = (evidence: Evidence, moments: Moment[], now: State) => string[];

/** What must hold whatever happened, as soon as nothing is owed to anybody. */
const ALWAYS: Record<string, Check> = {
  S1({ effects }) {
    const keys = effects.map(({ key }) => key);
    return keys.filter((key, index) => keys.indexOf(key) !== index).map(() => 'an effect happened twice');
  },

  S2({ calls, effects, cancelled }, moments, now) {
    const happened = (requestId: string, callId?: string) =>
      calls.some(
        (call) =>
          call.requestId === requestId &&
          (callId === undefined || call.callId === callId) &&
          effects.some(({ key }) => key === keyOf(call)),
      );
    const told = all<{ id: string; answer: string | null }>(now, 'request').filter(({ answer }) =>
      answer?.includes(NOTHING_SENT),
    );
    const closed = moments.flatMap(({ changes, before, after }) =>
      changesOf<Waiter>(changes, 'waiter').filter((waiter) => {
        const was = one<Waiter>(before, 'waiter', waiter);
        const ledger = one<Ledger>(after, 'effect', waiter);
        const isOpenEnded =
          ledger !== null && (ledger.started_at !== null || ledger.done_at !== null || ledger.uncertain);
        return CLOSED.has(waiter.status) && !CLOSED.has(was?.status ?? '') && !isOpenEnded;
      }),
    );
    return [
      ...told.filter(({ id }) => happened(id)).map(() => 'the answer said that nothing was sent, and it was'),
      ...cancelled
        .filter(({ requestId, nothingSent }) => nothingSent && happened(requestId))
        .map(() => 'a write was sent after its request had been cancelled'),
      ...closed
        .filter(({ request_id: requestId, call_id: callId }) => happened(requestId, callId))
        .map(({ status }) => `a write was sent although its call was ${status}`),
    ];
  },

  S3(_, moments) {
    return moments
      .filter(
        ({ after }) => all<{ status: string }>(after, 'flow').filter(({ status }) => status === 'live').length > 1,
      )
      .map(() => 'two live flows');
  },

  S4(_, moments) {
    return moments.flatMap(({ changes, before }) =>
      changesOf<Waiter>(changes, 'waiter')
        .filter(({ status }) => status === 'released')
        .filter((waiter) => one<Waiter>(before, 'waiter', waiter)?.status !== 'released')
        .filter(({ request_id: requestId }) => wakesIn(changes, requestId) === 0)
        .map(() => 'a waiter was released without its outbox row'),
    );
  },

  S5({ secrets, isOver }, _, now) {
    const connected = all<Connection>(now, 'connection').filter(({ status }) => status !== 'gone');
    const attempts = new Map(all<Attempt>(now, 'attempt').map(({ id, status }) => [id, status]));
    const pointsToNothing = connected
      .filter(({ credential }) => secrets.find(({ attemptId }) => attemptId === credential)?.kind !== 'credential')
      .map(({ status }) => `a connection (${status}) that points to nothing`);
    // Jobs that destroy are workflows of their own, and may still be under way in the calm.
    const nobodys = secrets
      .filter(({ kind, attemptId }) => isOver && kind === 'credential' && attempts.get(attemptId) !== 'confirm')
      .filter(({ attemptId }) => !connected.some(({ credential }) => credential === attemptId))
      .map(({ attemptId }) => `a secret that nobody owns (${attempts.get(attemptId) ?? 'no attempt'})`);
    return [...pointsToNothing, ...nobodys];
  },

  S6({ isOver }, moments, now) {
    const forgotten = moments.flatMap(({ after }) =>
      all<Waiter>(after, 'waiter')
        .filter((waiter) => waiter.status === 'open' && isCovered(waiter, connectionIn(after)))
        .map(() => 'a wait goes on although what is connected covers it'),
    );
    const disappointed = moments.flatMap(({ changes, before, after }) =>
      changesOf<Waiter>(changes, 'waiter')
        .filter((waiter) => waiter.status === 'open' && one<Waiter>(before, 'waiter', waiter)?.status === 'released')
        .filter((waiter) => waiter.failed_version === one<Waiter>(before, 'waiter', waiter)?.failed_version)
        .filter((waiter) => !isOwnChoice(moments, waiter, after))
        .map(() => 'a call was released and then asked its person for the same again'),
    );
    const asleep = all<Waiter>(now, 'waiter')
      .filter(
        ({ status, request_id: id }) => status === 'released' && one<Row>(now, 'request', { id })?.ended_at === null,
      )
      .map(() => `a released call has not run again${isOver ? ', in the end' : ''}`);
    return [...new Set([...forgotten, ...disappointed, ...asleep])];
  },

  S7({ secrets }, _, now) {
    const newest = (credential: string) => secrets.find(({ attemptId }) => attemptId === credential);
    const connection = connectionIn(now);
    const secret = connection && newest(connection.credential);
    if (!connection || !secret) return [];
    const isHit = connection.status === 'revoked' && secret.isGood;
    const isKilled = connection.status !== 'gone' && secret.endedBy === 'us';
    return [
      ...(isHit ? ['a connection is marked as revoked although its newest secret is good'] : []),
      ...(isKilled ? ['we ended the grant of an account that is connected'] : []),
    ];
  },

  S8({ calls, sendings }) {
    return sendings
      .filter(({ key, title }) => !calls.some((call) => keyOf(call) === key && call.title === title))
      .map(() => 'something was sent that is not what the model chose');
  },

  S9({ rounds, ms, story }, moments, now) {
    const wokenInVain = moments.flatMap(({ changes, before, after }) => {
      const grown = (connectionIn(after)?.version ?? 0) > (connectionIn(before)?.version ?? 0);
      const uncovered = all<Waiter>(after, 'waiter').filter(({ status }) => status === 'open');
      return uncovered
        .filter(({ request_id: requestId }) => grown && wakesIn(changes, requestId) > 0)
        .filter(
          ({ request_id: requestId }) =>
            !changesOf<Waiter>(changes, 'waiter').some(
              (each) => each.request_id === requestId && ['released', 'insufficient'].includes(each.status),
            ),
        )
        .map(() => 'a call was woken that the new credential does not cover');
    });
    const hints = (requestId: string) =>
      moments.flatMap(({ changes }) =>
        changesOf<{ kind: string; subject_id: string }>(changes, 'outbox').filter(
          ({ kind, subject_id: subject }) => subject === requestId && ['authCompleted', 'choiceMade'].includes(kind),
        ),
      ).length;
    const looped = [...rounds]
      // A deadline that has passed lets a call look again once a second, at most.
      .filter(([call, count]) => count > 2 + hints(call.split('/')[0] ?? '') + deadlineLooks(ms, story))
      .map(([, count]) => `a call was run again ${count} times`);
    const connection = connectionIn(now);
    const wordless = all<Waiter>(now, 'waiter')
      .filter(({ status, needs }) => {
        const lacks = connection?.status === 'active' && missingScopes(needs, connection.scopes).length > 0;
        return status === 'open' && lacks;
      })
      .filter(({ reason }) => reason !== 'scopeMissing')
      .map(({ reason }) => `a prompt says ${reason} where a permission is missing`);
    return [...new Set([...wokenInVain, ...looped, ...wordless])];
  },

  L2(_, moments) {
    return moments.flatMap(({ changes, before }) =>
      changesOf<Waiter>(changes, 'waiter')
        .filter(({ status }) => status === 'expired')
        .filter((waiter) => one<Waiter>(before, 'waiter', waiter)?.status !== 'expired')
        .filter((waiter) => isCovered(waiter, connectionIn(before)))
        .map(() => 'a call expired although a credential had come in time'),
    );
  },
};

const AT_THE_END: Record<string, Check> = {
  L1(_, __, now) {
    const open = all<{ ended_at: string | null }>(now, 'request').filter(({ ended_at: endedAt }) => endedAt === null);
    return open.map(() => 'a request does not end');
  },
};

/** Nothing is owed to anybody. */
export function judgeCalm(evidence: Evidence): string[] {
  return judge(evidence, ALWAYS);
}

/** The person has connected everything, and had time. */
export function judgeEnd(evidence: Evidence): string[] {
  return judge(evidence, { ...ALWAYS, ...AT_THE_END });
}

function judge(evidence: Evidence, checks: Record<string, Check>): string[] {
  const moments = momentsOf(evidence.journal);
  const now = moments.at(-1)?.after ?? new Map<string, Row>();
  const violations = Object.entries(checks).flatMap(([rule, check]) =>
    check(evidence, moments, now).map((what) => `${rule}: ${what}`),
  );
  return [...violations, ...evidence.unexpected.map((what) => `unexpected: ${what}`)];
}

/** Replays the journal, one transaction after the other. */
function momentsOf(journal: Change[]): Moment[] {
  const last = new Map(journal.map(({ transaction }, index) => [transaction, index]));
  const perTransaction = new Map<string, Change[]>();
  const moments: Moment[] = [];
  let state: State = new Map();
  journal.forEach((change, index) => {
    const changes = perTransaction.get(change.transaction) ?? [];
    changes.push(change);
    perTransaction.set(change.transaction, changes);
    if (last.get(change.transaction) !== index) return;
    const after = new Map(state);
    for (const { table, row } of changes) after.set(placeOf(table, row), row);
    moments.push({ changes, before: state, after });
    state = after;
  });
  return moments;
}

function placeOf(table: Table, row: Row): string {
  const key = table === 'waiter' || table === 'effect' ? [row.request_id, row.call_id] : [row.id];
  return `${table} ${key.join('/')}`;
}

function all<T>(state: State, table: Table): T[] {
  return [...state].filter(([place]) => place.startsWith(`${table} `)).map(([, row]) => row as T);
}

function one<T>(state: State, table: Table, key: object): T | null {
  return (state.get(placeOf(table, key as Row)) as T | undefined) ?? null;
}

/** The last state that each row got in a transaction. */
function changesOf<T>(changes: Change[], table: Table): T[] {
  return [
    ...new Map(
      changes.filter((change) => change.table === table).map(({ row }) => [placeOf(table, row), row as T]),
    ).values(),
  ];
}

function connectionIn(state: State): Connection | null {
  return all<Connection>(state, 'connection')[0] ?? null;
}

/**
 * True when the credential that released the waiter was ended, or replaced by a trip that began after it had come: a person
 * may take permissions back by granting fewer of them anew.
 */
function isOwnChoice(moments: Moment[], waiter: Waiter, after: State): boolean {
  const released = moments
    .slice(
      0,
      moments.findIndex((moment) => moment.after === after),
    )
    .findLast(({ changes }) =>
      changesOf<Waiter>(changes, 'waiter').some(
        (each) => placeOf('waiter', { ...each }) === placeOf('waiter', { ...waiter }) && each.status === 'released',
      ),
    );
  const [then, now] = [released && connectionIn(released.after), connectionIn(after)];
  if (!then || now?.status !== 'active' || now.subject !== then.subject) return true;
  const attempt = one<Attempt>(after, 'attempt', { id: now.credential });
  return attempt !== null && microseconds(attempt.created_at) >= microseconds(then.connected_at);
}

/** Postgres leaves trailing zeros out. */
function microseconds(time: string): number {
  const [, digits = ''] = /\.(\d+)/.exec(time) ?? [];
  return Math.floor(Date.parse(time) / 1_000) * 1_000_000 + Number(digits.padEnd(6, '0'));
}

function wakesIn(changes: Change[], requestId: string): number {
  return changesOf<{ kind: string; subject_id: string }>(changes, 'outbox').filter(
    ({ kind, subject_id: subject }) => kind === 'authCompleted' && subject === requestId,
  ).length;
}

/** Written once more here: what the product says about it is what is judged. */
function isCovered({ needs, failed_version: failed }: Waiter, connection: Connection | null): boolean {
  return (
    connection !== null &&
    connection.status === 'active' &&
    needs.every((scope) => connection.scopes.includes(scope)) &&
    connection.version > (failed ?? 0)
  );
}

function deadlineLooks(ms: number, { times, happenings }: Story): number {
  if (happenings.some(({ kind }) => kind === 'deadline')) return Math.ceil(ms / 1_000);
  return Math.max(0, Math.ceil((ms - (times.waitMs ?? Infinity)) / 1_000));
}

function keyOf(call: { requestId: string; callId: string }): string {
  return eventIdOf(effectKey(call));
}
