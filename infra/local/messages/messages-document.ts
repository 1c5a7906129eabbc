import { writeFileSync } from 'node:fs';
import { relativeTime, type ReplyMessage } from '../../../src/domain/discord/reply-view.ts';
import { operatorAlarmText } from '../../../src/domain/texts/operator-alarm.ts';
import type { Language } from '../../../src/domain/words.ts';
import { COMMANDS, NOT_TAKEN, ON_THE_PAGE, PRESSED, TAKEN, type Saying } from './other-messages.ts';
import { CHANGED, QUESTIONS, READ, RUN } from './planner-messages.ts';
import { IN_23_HOURS, IN_AN_HOUR } from './samples.ts';
import { APPROVALS, ENDED, NEW_MESSAGES, UNDER_WAY, WAITING, type Situation } from './reply-messages.ts';

const LANGUAGES: Record<Language, string> = { ko: '한국어', en: 'English' };
/** The words of the log. */
const ALARM = 'no IDENTIFY is left today: Discord is connected again after the reset';
/** As a client shows relative timestamps. */
const TIMES: [Date, Record<Language, string>][] = [
  [IN_23_HOURS, { ko: '23시간 후', en: 'in 23 hours' }],
  [IN_AN_HOUR, { ko: '1시간 후', en: 'in an hour' }],
];

/** Every message and button of Discord in both languages, made from the words that are sent. */
export function messagesDocument(): string {
  return [
    '# Messages on Discord',
    'Every message and button that people meet on Discord, in Korean and English, made from the words that are sent. ' +
      'Do not edit: `node infra/local/messages/messages-document.ts` writes it, and a test fails when it is stale. ' +
      'Brackets are buttons. `...` stands for what a person or a calendar says.',
    ...chapter('The message of a request', 'One message, an answer to the person’s own, edited as things go on.', [
      ...UNDER_WAY.map(situation),
    ]),
    ...chapter('It waits for a connection', 'The same message. Every waiting request has the same link.', [
      ...WAITING.map(situation),
    ]),
    ...chapter('It waits for a yes or no', 'The same message, with all that will be done.', APPROVALS.map(situation)),
    ...chapter('The end', 'The same message, without a button that could be pressed in vain.', ENDED.map(situation)),
    ...chapter(
      'The planner asks',
      'The end of a request that changed nothing, in the words of the offline planner. A model finds its own.',
      QUESTIONS.map(situation),
    ),
    ...chapter('The planner has read', 'The end of a request, likewise.', READ.map(situation)),
    ...chapter('The planner has changed something', 'Likewise, for each kind of change.', CHANGED.map(situation)),
    ...chapter('The planner has run something', 'Likewise.', RUN.map(situation)),
    ...chapter(
      'New messages',
      'Short ones that point to the message above, because Discord tells nobody about edits.',
      NEW_MESSAGES.map(situation),
    ),
    ...chapter('Messages that become no request', 'An answer to the person’s message.', NOT_TAKEN.map(saying)),
    ...chapter(
      'A request that is late',
      'A message of its own, at most one in ten minutes. The message of the request comes later.',
      TAKEN.map(saying),
    ),
    ...chapter('A button that has nothing to do', 'Seen by whoever pressed it, alone.', PRESSED.map(saying)),
    ...chapter('Commands', 'Seen by whoever typed them, alone.', COMMANDS.map(saying)),
    ...chapter('To operators', 'A direct message in both languages, because nobody has said which is theirs.', [
      '### An alarm',
      block(operatorAlarmText('gateway', ALARM), [], 'ko'),
    ]),
    ...chapter('On the web page', 'Where a link ends.', ON_THE_PAGE.map(saying)),
  ].join('\n\n');
}

function chapter(title: string, about: string, sections: string[]): string[] {
  return [`## ${title}`, about, ...sections];
}

function situation({ title, messages }: Situation): string {
  return section(title, (language) =>
    messages(language).map((message) => block(message.text, labels(message), language)),
  );
}

function saying({ title, words, buttons }: Saying): string {
  return section(title, (language) => [block(words(language), buttons ? [buttons(language)] : [], language)]);
}

function section(title: string, blocks: (language: Language) => string[]): string {
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return [`### ${title}`, ...languages.flatMap(([language, name]) => [name, ...blocks(language)])].join('\n\n');
}

function labels({ buttons }: ReplyMessage): string[][] {
  return buttons.map((row) => row.map(({ label }) => label));
}

/** A preview has a fence of its own, which a longer one encloses. */
function block(text: string, buttons: string[][], language: Language): string {
  const fence = text.includes('```') ? '````' : '```';
  const rows = buttons.map((row) => row.map((label) => `[${label}]`).join(' '));
  const words = TIMES.reduce((said, [time, shown]) => said.replaceAll(relativeTime(time), shown[language]), text);
  return [`${fence}text`, words, ...(rows.length > 0 ? ['', ...rows] : []), fence].join('\n');
}

if (import.meta.main) {
  writeFileSync(new URL('../../../docs/messages.md', import.meta.url), `${messagesDocument()}\n`);
}
