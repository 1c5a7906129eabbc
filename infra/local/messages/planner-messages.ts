import { answerTexts } from '../../../src/domain/texts/answers.ts';
import { changeTexts, type ChangeKind, type Missing, type Moment } from '../../../src/domain/texts/changes.ts';
import { codeBlock } from '../../../src/domain/discord/escape.ts';
import { runAnswerTexts, runEndingText } from '../../../src/domain/texts/run-answers.ts';
import { runCapText } from '../../../src/domain/texts/run-cap.ts';
import { RUN_FAILURES, type RunEnding } from '../../../src/domain/runs.ts';
import type { ClosedReason, Language } from '../../../src/domain/words.ts';
import type { Situation } from './reply-messages.ts';

/** What the offline planner asks and answers. A model says it in words of its own. */

type Words = (language: Language) => string;

const DAY = { from: '2026-12-01', to: '2026-12-02' };
const AT_THREE: Moment = { date: DAY.from, time: '15:00' };
const AT_FOUR: Moment = { date: DAY.from, time: '16:00' };
const ACCOUNT = 'minji@example.com';
const REASONS: [ClosedReason, string][] = [
  ['skipped', 'the person went on without connecting'],
  ['expired', 'nobody connected or said yes in time'],
  ['cancelled', 'the request was cancelled'],
  ['denied', 'the person said no'],
  ['insufficient', 'the account lacks a permission'],
];
const FAILURES = [
  ['forbidden', 'Google does not allow it'],
  ['notFound', 'the event is gone'],
  ['conflict', 'the event was changed meanwhile'],
  ['invalidRequest', 'Google does not accept it'],
  ['uncertain', 'nobody knows whether it was done'],
  ['unavailable', 'Google does not answer'],
] as const;
const KINDS: ChangeKind[] = ['create', 'update', 'delete'];
const MISSING: Missing[] = ['title', 'day', 'time'];

const meeting = (language: Language) => ({ ko: '회의', en: 'Meeting' })[language];
const lines = (language: Language) => [`• 09:00–10:00 ${meeting(language)} 1`, `• 15:00–16:00 ${meeting(language)} 2`];
const changes = (language: Language) => changeTexts[language];
const runs = (language: Language) => runAnswerTexts[language];
const day = (language: Language) => answerTexts[language].day(DAY.from);
const oneHour = (language: Language) => changes(language).when(AT_THREE, AT_FOUR);

const said = (title: string, ...words: Words[]): Situation => ({
  title,
  messages: (language) => words.map((each) => ({ text: each(language), buttons: [] })),
});
const each = <T>(of: readonly T[], words: (one: T, language: Language) => string): Words[] =>
  of.map((one) => (language) => words(one, language));
const withAccount =
  (words: Words): Words =>
  (language) =>
    `${words(language)}\n\n${changes(language).account(ACCOUNT)}`;

export const QUESTIONS: Situation[] = [
  said('Words that are no order', (language) => answerTexts[language].help),
  said(
    'Something is missing in an order',
    ...each([...MISSING.map((one) => [one]), ['title', 'time'], MISSING] as Missing[][], (what, language) =>
      changes(language).missing(what),
    ),
  ),
  said('Something is unclear', ...each(MISSING, (what, language) => changes(language).unclear(what))),
  said('It is unclear what should be changed', (language) => changes(language).unclearChange),
  said('An order that is none', (language) => changes(language).negated),
  said('An order with a condition', (language) => changes(language).conditional),
  said('Several orders in one message', (language) => changes(language).several),
  said('A very long order', (language) => changes(language).tooLong),
  said(
    'A time that is past',
    (language) => changes(language).past(DAY.from, '09:00'),
    (language) => changes(language).past(DAY.from, null),
  ),
  said('No day is named', (language) => changes(language).whichDay),
  said('More than one event is meant', (language) => changes(language).oneAtATime),
  said(
    'There is no such event',
    (language) => changes(language).noSuchEvent(DAY, meeting(language), lines(language)),
    (language) => changes(language).noSuchEvent(DAY, null, []),
  ),
  said('Several events fit', (language) => changes(language).whichEvent(DAY, lines(language))),
];

export const READ: Situation[] = [
  said('Events', (language) => {
    const { heading, readFrom, allDay, truncated } = answerTexts[language];
    const events = [`• ${allDay} ${meeting(language)}`, ...lines(language), '', truncated];
    return [heading(day(language)), '', ...events, '', readFrom(ACCOUNT)].join('\n');
  }),
  said('No events', (language) => {
    const { heading, range, noEvents, readFrom } = answerTexts[language];
    return [heading(range(DAY.from, '2026-12-07')), '', noEvents, '', readFrom(ACCOUNT)].join('\n');
  }),
  said('Not read', ...each(REASONS, ([reason], language) => answerTexts[language].closed(day(language), reason))),
  said(
    'Google did not give them',
    ...each(['forbidden', 'unavailable'], (code, language) => answerTexts[language].callFailed(day(language), code)),
  ),
  said('Before a change they could not be read', (language) =>
    [answerTexts[language].callFailed(day(language), 'unavailable'), changes(language).nothingChanged].join('\n\n'),
  ),
];

export const CHANGED: Situation[] = [
  said(
    'Added',
    withAccount((language) => changes(language).created(meeting(language), oneHour(language), null)),
    withAccount((language) => {
      const { created, repeats, when } = changes(language);
      const wholeDay = when({ date: DAY.from, time: null }, { date: DAY.from, time: null });
      return created(meeting(language), wholeDay, repeats({ every: 'week', weekdays: ['tue'], count: 4 }));
    }),
    (language) => changes(language).createdAndGone(meeting(language)),
  ),
  said(
    'Changed',
    withAccount((language) => changes(language).updated(meeting(language), oneHour(language), false)),
    withAccount((language) => changes(language).updated(meeting(language), oneHour(language), true)),
  ),
  said(
    'Deleted',
    withAccount((language) => changes(language).deleted(meeting(language), oneHour(language), false)),
    withAccount((language) => changes(language).deleted(meeting(language), oneHour(language), true)),
    (language) => changes(language).goneAlready(meeting(language)),
  ),
  ...REASONS.map(([reason, why]) =>
    said(
      `Not done: ${why}`,
      ...each(KINDS, (kind, language) => changes(language).closed(kind, meeting(language), reason)),
    ),
  ),
  ...FAILURES.map(([code, why]) =>
    said(
      `It failed: ${why}`,
      ...each(KINDS, (kind, language) => changes(language).failed(kind, meeting(language), code)),
    ),
  ),
];

const ENDINGS = ['signalled', 'outOfMemory', 'timeLimit', 'diskLimit', 'stopped', 'hostLost'] as const;
const PROJECT = 'website';
const ended = (ending: RunEnding, more: Partial<Parameters<typeof runEndingText>[0]>, language: Language) =>
  runEndingText({ ending, exitCode: null, signal: null, failure: null, ...more }, language);

export const RUN: Situation[] = [
  said(
    'Something was run in a project',
    (language) => {
      const { heading, took, cut, more } = runs(language);
      const end = `${ended('exited', { exitCode: 0 }, language)} ${took(75)}`;
      return [heading(PROJECT, '`npm test`'), end, '', cut, codeBlock('12 passed'), '', more].join('\n');
    },
    (language) => {
      const { heading, took, nothingSaid, more } = runs(language);
      const end = `${ended('exited', { exitCode: 1 }, language)} ${took(4)}`;
      return [heading(PROJECT, '`npm test`'), end, '', nothingSaid, '', more].join('\n');
    },
  ),
  said(
    'How it ended',
    ...each([126, 127], (exitCode, language) => ended('exited', { exitCode }, language)),
    ...each(ENDINGS, (ending, language) => ended(ending, { signal: 'SIGTERM' }, language)),
  ),
  said(
    'It could not be run, or not to its end',
    ...each(RUN_FAILURES, (failure, language) => ended('failed', { failure }, language)),
  ),
  said(
    'Nothing was run',
    (language) => runs(language).noProjects,
    (language) => runs(language).unknownProject('web', [PROJECT, 'api']),
    (language) => runs(language).notServed,
    ...each(['denied', 'expired'] as const, (reason, language) => runs(language).closed(reason)),
    ...each(['atOnce', 'daily', 'minutes'] as const, (which, language) => {
      const { message, hint } = runCapText({ which, cap: 3 }, language);
      return `${message} ${hint}`;
    }),
    (language) => runs(language).failed,
  ),
  said('Its result is not known', (language) => runs(language).uncertain),
];
