import { codeBlock } from '../../../src/domain/discord/escape.ts';
import { relativeTime } from '../../../src/domain/discord/reply-view.ts';
import { connectTexts } from '../../../src/domain/texts/connect.ts';
import { dailyCapText } from '../../../src/domain/texts/daily-cap.ts';
import { discordCommandDescriptions, discordCommandTexts } from '../../../src/domain/texts/discord-commands.ts';
import { errorTexts, type ErrorCode } from '../../../src/domain/texts/errors.ts';
import { pageTexts } from '../../../src/domain/texts/page.ts';
import type { Language } from '../../../src/domain/words.ts';
import { aRequest, IN_23_HOURS } from './samples.ts';

/** What is said about commands, buttons and messages that become no request. */
export interface Saying {
  title: string;
  words(language: Language): string;
  buttons?(language: Language): string[];
}

const time = relativeTime(IN_23_HOURS);
const texts = discordCommandTexts;
const asked = (language: Language) => aRequest(language).text;
const refused = (code: ErrorCode) => (language: Language) =>
  `${errorTexts[code][language].message} ${errorTexts[code][language].hint}`;

export const NOT_TAKEN: Saying[] = [
  { title: 'Somebody who is not served, once', words: (language) => texts[language].notServed },
  { title: 'A message without words', words: (language) => texts[language].wordsOnly },
  {
    title: 'More than a day allows',
    words: (language) => {
      const { message, hint } = dailyCapText({ cap: 50, openAt: IN_23_HOURS }, { language, timeZone: 'Asia/Seoul' });
      return `${message} ${hint}`;
    },
  },
];

export const TAKEN: Saying[] = [
  { title: 'No workflow has taken it up for ten seconds', words: (language) => texts[language].late },
];

export const PRESSED: Saying[] = [
  { title: 'Somebody else’s button', words: (language) => texts[language].button.notYours },
  { title: 'The request has ended', words: (language) => texts[language].button.ended },
  { title: 'It waits for this no more', words: refused('nothingWaits') },
  { title: 'Decided already', words: refused('approvalDecided') },
  { title: 'The preview is too old', words: refused('approvalExpired') },
  { title: 'A button of an older version', words: (language) => texts[language].button.unknown },
  { title: 'Nothing answers now', words: (language) => texts[language].notNow },
];

const toProjects = (title: string, words: 'noProjects' | 'unknownProject' | 'dmsClosed'): Saying => ({
  title,
  words: (language) => texts[language].run[words],
  buttons: (language) => [texts[language].run.openProjects],
});

export const COMMANDS: Saying[] = [
  ...Object.entries(discordCommandDescriptions).map(([name, words]) => ({
    title: `While typing: ${name}`,
    words: (language: Language) => words[language],
  })),
  { title: '`/help`', words: (language) => `${texts[language].help}\n${texts[language].helpRun}` },
  { title: '`/pending`, nothing', words: (language) => texts[language].pending.none },
  {
    title: '`/pending`',
    words: (language) => {
      const { title, connection, approval, more } = texts[language].pending;
      const words = asked(language);
      return [title(12), connection(words, 'Google', time), approval(words, time), more(2)].join('\n');
    },
    buttons: (language) => [texts[language].pending.connect('Google')],
  },
  { title: '`/cancel`', words: (language) => texts[language].cancel.done(asked(language)) },
  { title: '`/cancel`, too late', words: (language) => texts[language].cancel.ended },
  { title: '`/cancel`, no such request', words: (language) => texts[language].cancel.notFound },
  { title: '`/accounts`, none', words: (language) => pageTexts(language).accounts.none },
  {
    title: '`/accounts`',
    words: (language) => {
      const { line, revoked } = texts[language].accounts;
      return [line('Google', 'minji@example.com'), revoked('GitHub', 'minji')].join('\n');
    },
    buttons: (language) => [
      texts[language].accounts.disconnect('Google', 'minji@example.com'),
      texts[language].accounts.disconnect('GitHub', 'minji'),
    ],
  },
  {
    title: '`/accounts`, the first press says what ends',
    words: (language) => {
      const { question, effect, requests } = pageTexts(language).accounts;
      return [question('Google'), effect('Google'), requests(2)].join('\n');
    },
    buttons: (language) => [texts[language].accounts.confirm],
  },
  { title: '`/accounts`, disconnected', words: (language) => texts[language].accounts.done('Google') },
  { title: '`/accounts`, disconnected before', words: (language) => texts[language].accounts.gone },
  {
    title: '`/connect`',
    words: (language) => texts[language].connect.open('Google'),
    buttons: (language) => [texts[language].connect.button('Google')],
  },
  { title: '`/connect`, a service that is not there', words: refused('notConnectable') },
  {
    title: '`/run`, in the direct messages: what was asked, which is then answered',
    words: (language) => `${texts[language].run.asked('demo')}\n${codeBlock('npm test')}`,
  },
  { title: '`/run`', words: (language) => texts[language].run.taken },
  toProjects('`/run`, no projects', 'noProjects'),
  toProjects('`/run`, no such project', 'unknownProject'),
  toProjects('`/run`, direct messages are closed', 'dmsClosed'),
];

export const ON_THE_PAGE: Saying[] = [
  {
    title: 'After connecting, for people who came from Discord',
    words: (language) => connectTexts[language].connected.discord,
  },
];
