import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { CONSENT_TIMES } from '../../src/domain/consent-times.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Callback } from '../../src/connections/consent.ts';
import { requestWorkflowId } from '../../src/temporal/workflow-ids.ts';
import { REDIRECT_URI } from '../support/heart.ts';
import { chanceOf } from './chance.ts';
import { outboxRows, letDue, readJournal } from './journal.ts';
import { judgeCalm, judgeEnd, type Evidence } from './judge.ts';
import { practiceModel } from './practice-model.ts';
import { createPracticeProvider } from './practice-provider.ts';
import { createPracticeVault } from './practice-vault.ts';
import { createRowsOf } from './rows-of.ts';
import { steeredCalendar, steeredOAuth, steeredStore, steeredVault } from './steered-ports.ts';
import { createSteering, WorkerLost } from './steering.ts';
import { nameOf, type Happening, type Story } from './story.ts';
import type { System } from './system.ts';
import type { ActivityInput, ActivityName, Played, Theatre } from './theatre.ts';

export interface Verdict {
  story: Story;
  /** Empty when everything held. */
  violations: string[];
  /** What happened, step by step. */
  log: string[];
  steps: number;
  ms: number;
}

/** Signals that make a workflow do something next. */
const WAKES = new Set(['startRequest', 'authCompleted', 'choiceMade', 'cancelRequest']);

/**
 * Plays one story: first its steps in the story's order, then everything that is still under way without an order, until
 * nothing is owed to anybody (the calm); then the person connects everything, and every request must end.
 *
 * @param patienceMs how long something that must come may take
 */
export async function playStory(
  theatre: Theatre,
  system: System,
  story: Story,
  { patienceMs = 60_000 }: { patienceMs?: number } = {},
): Promise<Verdict> {
  const startedAt = Date.now();
  const steering = createSteering(story, theatre.pace);
  const { barrier, note } = steering;
  const { user } = await theatre.sessions.signIn({
    issuer: 'local',
    subject: randomUUID(),
    displayName: 'somebody',
    language: 'en',
  });
  const userId = user.id;
  const rows = createRowsOf(theatre.owner, userId);
  const subjects = { first: `first-${userId}`, second: `second-${userId}` };

  const provider = createPracticeProvider({
    takesOurKey: story.takesOurKey,
    lostAnswers: story.lostAnswers,
    fail: (kind) => new system.ProviderFailure(kind),
  });
  const vault = system.wrapVault(createPracticeVault());
  const times = { ...CONSENT_TIMES, ...story.times };
  const requests = new Map<string, string>();
  const names = new Map<string, string>();
  const unexpected: string[] = [];
  const cancelled: Evidence['cancelled'] = [];
  const rounds = new Map<string, number>();

  const counts = new Map<string, number>();
  const numbered = (name: string): string => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name} #${count}`;
  };
  const called = (id: string): string => names.get(id) ?? id.slice(0, 8);

  const delivering = new Map<string, PromiseWithResolvers<void> & { name: string }>();
  const discover = async (): Promise<void> => {
    const known = [...delivering];
    const outbox = await outboxRows(theatre.owner, userId);
    // A repair that is not needed any more is dropped without a delivery.
    for (const [id, delivered] of known) if (!outbox.some((row) => row.id === id)) delivered.resolve();
    for (const { id, isHeld, kind, subjectId, payload } of outbox) {
      if (delivering.has(id) || !isHeld) continue;
      about(subjectId);
      const whom = typeof payload.attemptId === 'string' ? payload.attemptId : subjectId;
      const delivered = { ...Promise.withResolvers<void>(), name: numbered(`deliver ${kind} ${called(whom)}`) };
      delivering.set(id, delivered);
      const delivery = steering.run(delivered.name, async () => {
        await barrier('deliver');
        await letDue(theatre.owner, [id]);
        theatre.poke();
        await delivered.promise;
      });
      delivery.catch((error: unknown) => unexpected.push(`${delivered.name}: ${String(error)}`));
    }
  };

  const parts = (pool: 'gateway' | 'orchestrator') => {
    const store = system.wrapStore(system.createConsentStore(theatre.poolsOf(system)[pool], times));
    const oauth = steeredOAuth(steering, provider.oauth);
    return {
      store: steeredStore(steering, store, { userId, committed: discover }),
      vault: steeredVault(steering, vault),
      oauth: () => oauth,
    };
  };
  const consent = system.createConsent({ ...parts('gateway'), poke: theatre.poke });
  const orchestrator = parts('orchestrator');
  const activities = system.createActivities({
    ...orchestrator,
    stories: theatre.stories,
    model: practiceModel,
    index: { people: async () => [], pathsOf: async () => [], look: async () => ({ kind: 'missing' }) },
    credentials: system.createCredentials(orchestrator),
    calendar: steeredCalendar(steering, provider.calendar),
    onUnexpected: (activity, error) => unexpected.push(`${activity}: ${String(error)}`),
  });

  const actorOf = (name: ActivityName, { requestId, attemptId, ...input }: ActivityInput): string => {
    switch (name) {
      case 'callTool':
        return numbered(`callTool ${called(requestId ?? '')}/${(input as { callId: string }).callId}`);
      case 'think':
      case 'finishRequest':
        return numbered(`${name} ${called(requestId ?? '')}`);
      case 'repairAttempt':
      case 'revokeGrant':
      case 'destroyCredential':
        return numbered(`${name} ${called(attemptId ?? '')}`);
    }
  };

  const played: Played = {
    async perform(name, input) {
      const whom = input.requestId ?? '';
      steering.met(whom);
      const activity = activities[name] as (input: ActivityInput) => Promise<unknown>;
      const actor = actorOf(name, input);
      if (name === 'callTool' && activityInfo().attempt === 1) {
        const key = `${whom}/${(input as unknown as { callId: string }).callId}`;
        rounds.set(key, (rounds.get(key) ?? 0) + 1);
      }
      if (name === 'think') return activity(input).finally(() => steering.expect(whom));
      try {
        return await steering.run(actor, async () => {
          try {
            return await activity(input);
          } finally {
            // What it did is done; nobody knows of it yet.
            await barrier('return');
          }
        });
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type === 'AuthRequired') {
          note(numbered(actor.replace('callTool', 'parked').replace(/ #.*/, '')));
        }
        if (!(error instanceof WorkerLost)) throw error;
        throw ApplicationFailure.create({ type: 'workerLost', message: 'the worker is gone', nextRetryDelay: 20 });
      } finally {
        if (input.requestId !== undefined) steering.expect(whom);
      }
    },

    async deliver(rowId, message, send) {
      const row = delivering.get(rowId);
      const outcome = await send();
      if (WAKES.has(message.kind)) steering.expect(message.subjectId);
      const isFirst = row !== undefined && !counts.has(`twice ${row.name}`);
      const twice = isFirst && outcome === 'delivered' && chanceOf(story.seed, 'twice', row.name) < story.duplicates;
      if (row !== undefined) counts.set(`twice ${row.name}`, 1);
      row?.resolve();
      if (twice) note(`${row.name}: will be delivered again`);
      return twice ? 'later' : outcome;
    },
  };
  const { about, leave } = await theatre.enter(system, played);

  /** Looks again after some steps of others, a few times. */
  const findOut = async <T>(look: () => Promise<T | null> | T | null): Promise<T | null> => {
    for (let tries = 0; tries < 8; tries++) {
      const found = await look();
      if (found !== null) return found;
      await barrier('not yet');
    }
    return null;
  };
  const requestOf = (request: string) => findOut(() => requests.get(request) ?? null);

  const trip = async (
    name: string,
    publicId: string,
    { subject, grants, answer }: { subject: string; grants: string; answer: string },
  ) => {
    const started = await consent.start(publicId, userId);
    if (started.kind !== 'started') return note(`${name}: ${started.kind}`);
    const { attemptId, authorizationUrl, bindSecret } = started;
    names.set(attemptId, name);
    about(attemptId);
    if (answer === 'leave') return;
    await barrier('browser');
    const asked = (authorizationUrl.searchParams.get('scope') ?? '').split(' ');
    const scopes = grants === 'asked' ? asked : [grants === 'read' ? SCOPES.calendarEventsRead : SCOPES.calendarEvents];
    const callback: Callback = {
      provider: 'google',
      redirectUri: REDIRECT_URI,
      state: authorizationUrl.searchParams.get('state'),
      code: answer === 'approve' ? provider.approve(authorizationUrl, subject, scopes) : null,
      error: answer === 'approve' ? null : 'access_denied',
      iss: provider.oauth.issuer,
      malformed: false,
      bindSecretOf: () => bindSecret,
      userId,
    };
    const result = await consent.receiveCallback(callback);
    note(`${name}: the page says ${result.kind === 'refused' ? result.reason : result.kind}`);
    return result;
  };

  const happen = async (happening: Happening): Promise<void> => {
    const name = nameOf(happening);
    switch (happening.kind) {
      case 'ask': {
        const { requestId } = await theatre.intake.accept({
          userId,
          platform: 'web',
          channel: 'page',
          clientId: randomUUID(),
          text: happening.calls.join(' '),
          language: 'en',
          timeZone: 'Asia/Seoul',
        });
        names.set(requestId, happening.request);
        requests.set(happening.request, requestId);
        about(requestId);
        return discover();
      }
      case 'tab': {
        const publicId = await findOut(rows.liveLink);
        if (publicId === null) return;
        const { account, grants, answer, confirms } = happening;
        const result = await trip(name, publicId, { subject: subjects[account], grants, answer });
        if (result?.kind !== 'confirm') return;
        await barrier('answer');
        const answered = await consent.confirm(result.attemptId, userId, confirms);
        return note(`${name}: after the question the page says ${answered.kind}`);
      }
      case 'cancel': {
        const requestId = await requestOf(happening.request);
        if (requestId === null) return;
        const answer = await consent.cancel(requestId, userId);
        // The page may say so from now on.
        if (answer === 'cancelled') cancelled.push({ requestId, nothingSent: await rows.nothingSent(requestId) });
        return note(`${name}: ${answer}`);
      }
      case 'skip':
      case 'snooze': {
        const { kind, request } = happening;
        const open = await findOut(async () => {
          const requestId = requests.get(request);
          return requestId === undefined ? null : rows.openWait(requestId);
        });
        if (open === null) return;
        return note(`${name}: ${await consent.choose({ ...open, userId, choice: kind })}`);
      }
      case 'deadline': {
        const requestId = await requestOf(happening.request);
        return requestId === null ? undefined : rows.passDeadline(requestId);
      }
      case 'decline': {
        const publicId = await findOut(rows.liveLink);
        if (publicId !== null) note(`${name}: ${await consent.decline(publicId, userId)}`);
        return;
      }
      case 'disconnect': {
        const connection = await findOut(rows.connection);
        if (connection !== null) note(`${name}: ${await consent.disconnect(connection.id, userId)}`);
        return;
      }
      case 'revokeAtProvider': {
        const connection = await findOut(rows.connection);
        return provider.revokeAtProvider(connection?.subject ?? subjects.first);
      }
      case 'refuseTokens':
        await findOut(rows.connection);
        return provider.refuseTokens();
      case 'sweep':
        await activities.sweepAttempts();
    }
  };

  const everything = story.happenings.map((happening) =>
    steering
      .run(nameOf(happening), async () => {
        await barrier('begin');
        await happen(happening);
      })
      .catch((error: unknown) => unexpected.push(`${nameOf(happening)}: ${String(error)}`)),
  );
  await steering.steer();
  note('(no order any more)');
  steering.letGo();
  await Promise.all(everything);

  const evidence = async (isOver: boolean): Promise<Evidence> => ({
    story,
    isOver,
    journal: await readJournal(theatre.owner, userId),
    calls: await rows.calls(),
    effects: provider.effects,
    sendings: provider.sendings,
    secrets: vault.contents().map(({ path, stored }) => {
      const token = stored.kind === 'credential' ? stored.credential.accessToken : null;
      const isGood = token !== null && provider.isGood(token);
      return {
        attemptId: path.attemptId,
        kind: stored.kind,
        isGood,
        endedBy: token === null ? null : provider.endedBy(token),
      };
    }),
    cancelled,
    rounds,
    unexpected,
    ms: Date.now() - startedAt,
  });
  const within = async (look: () => Promise<boolean>): Promise<boolean> => {
    for (const end = Date.now() + patienceMs; Date.now() < end; await delay(20)) if (await look()) return true;
    return look();
  };

  await within(async () => {
    await discover();
    return steering.underWay() === 0 && (await rows.nothingOwed());
  });
  note('(calm)');
  const violations = judgeCalm(await evidence(false));
  if (violations.length === 0) {
    let tries = 0;
    await within(async () => {
      if (await rows.allEnded()) return true;
      for (const attemptId of await rows.toConfirm()) await consent.confirm(attemptId, userId, true);
      const publicId = await rows.waitingLink();
      const subject = (await rows.connection())?.subject ?? subjects.first;
      if (publicId !== null)
        await trip(`end ${++tries}`, publicId, { subject, grants: 'everything', answer: 'approve' });
      await discover();
      return false;
    });

    await activities.sweepAttempts();
    await within(async () => {
      await discover();
      return (await rows.outboxIsEmpty()) && judgeEnd(await evidence(true)).length === 0;
    });
    violations.push(...judgeEnd(await evidence(true)));
  }
  if (violations.length > 0) {
    for (const [request, requestId] of requests) {
      const handle = theatre.client.workflow.getHandle(requestWorkflowId(requestId));
      await handle.terminate(`story of ${request} is over`).catch(() => undefined);
    }
  }
  leave();
  return { story, violations, log: steering.log, steps: steering.steps, ms: Date.now() - startedAt };
}
