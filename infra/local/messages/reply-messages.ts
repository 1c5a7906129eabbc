import {
  renderAnswer,
  renderApprovalNotice,
  renderNotice,
  renderReminder,
} from '../../../src/domain/discord/render-answer.ts';
import { codeBlock } from '../../../src/domain/discord/escape.ts';
import { renderReply } from '../../../src/domain/discord/render-reply.ts';
import type { ReplyMessage, ReplyView, WaitView } from '../../../src/domain/discord/reply-view.ts';
import { answerTexts } from '../../../src/domain/texts/answers.ts';
import { cancelledText, failedText } from '../../../src/domain/texts/endings.ts';
import { runAnswerTexts, runEndingText } from '../../../src/domain/texts/run-answers.ts';
import type { Language, RequestOutcome } from '../../../src/domain/words.ts';
import { A_RUN, aRequest, anApproval, aWait, IN_AN_HOUR, running, runningInProject } from './samples.ts';

/** One situation of a request, and the messages that a person sees in it. */
export interface Situation {
  title: string;
  messages(language: Language): ReplyMessage[];
}

const place = { publicUrl: 'https://panager.example', emulated: [] };
const now = { ...place, slow: false, reminded: false };

const MEETING = { ko: '회의', en: 'Meeting' };
const LUNCH = { ko: '점심', en: 'Lunch' };

const shown = (title: string, more: (language: Language) => Partial<ReplyView>, moment = now): Situation => ({
  title,
  messages: (language) => [renderReply(aRequest(language, more(language)), moment)],
});
const waiting = (title: string, ...waits: Partial<WaitView>[]): Situation =>
  shown(title, () => ({ status: 'waiting', waitingFor: waits.map(aWait) }));
const ended = (title: string, status: RequestOutcome, answer: (language: Language) => string): Situation => ({
  title,
  messages: (language) => renderAnswer(aRequest(language, { status, answer: answer(language) }), place),
});
const notice = (title: string, status: RequestOutcome): Situation => ({
  title,
  messages: (language) => [renderNotice(aRequest(language, { status }))].flatMap((message) => message ?? []),
});

export const UNDER_WAY: Situation[] = [
  shown('Posted at once', () => ({})),
  shown('A tool runs', () => ({ status: 'running', calls: [running] })),
  shown('Something runs in a project', () => ({ status: 'running', calls: [runningInProject], runs: [A_RUN] })),
  shown('It takes longer than 20 seconds', () => ({}), { ...now, slow: true }),
  shown('A provider does not answer for 20 seconds', () => ({ status: 'running', calls: [running] }), {
    ...now,
    slow: true,
  }),
];

export const WAITING: Situation[] = [
  waiting('No account yet', {}),
  waiting('Several requests wait for one connection', { requests: 3 }),
  waiting('The connection has expired', { reason: 'expired' }),
  waiting('The connection was ended at the provider', { reason: 'revoked' }),
  waiting('A permission is missing', { reason: 'scopeMissing' }),
  waiting('Another account is connected', { reason: 'wrongAccount' }),
  waiting('Two accounts are missing', {}, { provider: 'github', missingScopes: [] }),
  waiting('After a denial', { lastOutcome: 'denied' }),
  waiting('After a trip that failed', { lastOutcome: 'failed' }),
  waiting('Somebody else opened the link', { openedByStranger: true }),
  shown('After the reminder', () => ({ status: 'waiting', waitingFor: [aWait({ deadline: IN_AN_HOUR })] }), {
    ...now,
    reminded: true,
  }),
  {
    title: 'The practice Google of development',
    messages: (language) => [
      renderReply(aRequest(language, { waitingFor: [aWait()] }), { ...now, emulated: ['google'] }),
    ],
  },
];

export const APPROVALS: Situation[] = [
  shown('One change', (language) => ({ approvals: [anApproval(MEETING[language], 'A')] })),
  shown('Several changes', (language) => ({
    approvals: [anApproval(MEETING[language]), anApproval(LUNCH[language])],
  })),
  shown('More than a message holds', (language) => ({ approvals: [anApproval(MEETING[language], 'x'.repeat(2_000))] })),
];

export const ENDED: Situation[] = [
  {
    title: 'The answer, with the account that it was made with',
    messages: (language) => {
      const { heading, day } = answerTexts[language];
      const answer = `${heading(day('2026-11-24'))}\n\n• 09:00–10:00 ${MEETING[language]}`;
      return renderAnswer(aRequest(language, { status: 'done', answer, accounts: ['minji@example.com'] }), place);
    },
  },
  {
    title: 'What was run in a project has ended',
    messages: (language) => {
      const { heading, took, more } = runAnswerTexts[language];
      const ending = runEndingText({ ending: 'exited', exitCode: 0, signal: null, failure: null }, language);
      const lines = [heading('demo', '`npm test`'), `${ending} ${took(12)}`, '', codeBlock('42 passed'), '', more];
      return renderAnswer(aRequest(language, { status: 'done', answer: lines.join('\n'), runs: [A_RUN] }), place);
    },
  },
  {
    title: 'A very long answer, its last message',
    messages: (language) =>
      renderAnswer(aRequest(language, { status: 'done', answer: 'x '.repeat(10_000) }), place)
        .slice(-1)
        .map((message) => ({ ...message, text: message.text.replace(/^(x )*x/, '...') })),
  },
  ended('No answer could be made', 'failed', (language) => failedText('nothingSent', language)),
  ended('No answer, while something was on its way', 'failed', (language) => failedText('underWay', language)),
  ended('No answer, after something was done', 'failed', (language) => failedText('alreadyDone', language)),
  ended('No answer, after something was run', 'failed', (language) => failedText('ran', language)),
  ended('Nobody connected in time', 'expired', (language) => answerTexts[language].expired),
  ended('Stopped before anything was sent', 'cancelled', (language) => cancelledText('nothingSent', language)),
  ended('Stopped while something was on its way', 'cancelled', (language) => cancelledText('underWay', language)),
  ended('Stopped after something was done', 'cancelled', (language) => cancelledText('alreadyDone', language)),
  ended('Stopped while something was run', 'cancelled', (language) => cancelledText('ran', language)),
];

export const NEW_MESSAGES: Situation[] = [
  notice('The answer that was waited for has come', 'done'),
  notice('It could not be finished', 'failed'),
  notice('Time was up', 'expired'),
  { title: 'A yes or no is needed', messages: (language) => [renderApprovalNotice(aRequest(language))] },
  {
    title: 'An hour before a request stops waiting for a connection',
    messages: (language) => [
      renderReminder(aRequest(language, { waitingFor: [aWait({ deadline: IN_AN_HOUR })] }), place),
    ],
  },
  {
    title: 'An hour before a request stops waiting for a yes or no',
    messages: (language) => [
      renderReminder(aRequest(language, { approvals: [{ ...anApproval(''), deadline: IN_AN_HOUR }] }), place),
    ],
  },
];
