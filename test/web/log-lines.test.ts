import { expect, test } from '@jest/globals';
import { createLogLines, type LogLine, type LogStream } from '../../src/web/projects/log/log-lines.ts';

const ESC = '\u001b';

/** Each line as its text, with `[look]` before what is not plain. */
function shown(...pieces: (string | [LogStream, string])[]): string[] {
  const log = createLogLines();
  for (const piece of pieces) {
    const [stream, text] = typeof piece === 'string' ? (['stdout', piece] as const) : piece;
    log.append(stream, text);
  }
  return log.lines().map(wordsOf);
}

const wordsOf = ({ spans }: LogLine) => spans.map(({ text, look }) => (look ? `[${look}]${text}` : text)).join('');
const textOf = ({ spans }: LogLine) => spans.map(({ text }) => text).join('');

test.each<[what: string, output: string, lines: string[]]>([
  ['lines', 'one\ntwo\n\nfour', ['one', 'two', '', 'four']],
  ['lines of Windows', 'one\r\ntwo\r\n', ['one', 'two']],
  ['progress that returns', '10%\r50%\r100%\ndone', ['100%', 'done']],
  ['progress that is waiting for more', '10%\r', ['10%']],
  ['a shorter state after a longer one', 'downloading\rdone\n', ['done']],
  ['progress by the first column', `10%${ESC}[2K${ESC}[1G20%${ESC}[G30%`, ['30%']],
  ['backspaces', 'spin |\b/\b-\n', ['spin -']],
  ['a backspace over a letter of two units', 'a\u{1f600}\bb', ['ab']],
  ['more backspaces than letters', 'a\b\b\bb', ['b']],
  ['tabs', 'a\tb', ['a\tb']],
  ['bells and other controls', 'a\u0000b\u0007c\u007fd\u0085e\u009bf', ['abcdef']],
])('%s', (_, output, lines) => {
  expect(shown(output)).toEqual(lines);
});

test.each<[what: string, output: string, line: string]>([
  ['colour until it is reset', `${ESC}[31mred${ESC}[0m plain`, '[red]red plain'],
  ['an empty reset', `${ESC}[1;32mok${ESC}[m!`, '[green bold]ok!'],
  ['bright colours', `${ESC}[94mblue`, '[blue]blue'],
  ['backgrounds', `${ESC}[30;43mwarn`, '[soft on-yellow]warn'],
  [
    'weights that end one by one',
    `${ESC}[1;3;4ma${ESC}[22mb${ESC}[23;24mc`,
    '[bold italic underlined]a[italic underlined]bc',
  ],
  ['the table of 256', `${ESC}[38;5;196ma${ESC}[38;5;21mb${ESC}[38;5;240mc${ESC}[38;5;15md`, '[red]a[blue]b[soft]cd'],
  [
    'true colour',
    `${ESC}[38;2;250;200;10ma${ESC}[38:2::10:200:210mb${ESC}[48;2;1;2;200mc`,
    '[yellow]a[cyan]b[cyan on-blue]c',
  ],
  ['what stands behind a colour in one command', `${ESC}[38;5;2;1ma`, '[green bold]a'],
  ['colour in the middle of a table that ends', `${ESC}[38;5ma${ESC}[38mb`, '[soft]ab'],
  ['concealed text stays visible', `${ESC}[8msecret plan`, 'secret plan'],
  ['numbers that mean nothing', `${ESC}[999;;5ma`, 'a'],
])('SGR: %s', (_, output, line) => {
  expect(shown(output)).toEqual([line]);
});

test.each<[what: string, output: string]>([
  ['cursor movement', `a${ESC}[2A${ESC}[10;5Hb`],
  ['erasing', `a${ESC}[2J${ESC}[Kb`],
  ['private modes', `a${ESC}[?25l${ESC}[?1049hb`],
  ['a window title', `a${ESC}]0;rm -rf /\u0007b`],
  ['a link', `a${ESC}]8;;javascript:alert(1)${ESC}\\b${ESC}]8;;${ESC}\\`],
  ['a device control string', `a${ESC}Pq#0;2;0;0;0${ESC}\\b`],
  ['a private message', `a${ESC}^secret${ESC}\\b`],
  ['another character set', `a${ESC}(0${ESC}(Bb`],
  ['two letters', `a${ESC}7${ESC}8${ESC}cb`],
  ['a sequence that another one cuts short', `a${ESC}[1${ESC}]x${ESC}[0mb`],
  ['parameters without end', `a${ESC}[${'1;'.repeat(10_000)}mb`],
  ['m that is not SGR', `a${ESC}[>4;2m${ESC}[?1mb`],
])('%s leaves nothing behind', (_, output) => {
  expect(shown(output).map((line) => line.replace('[bold]', ''))).toEqual(['ab']);
});

test.each([
  ['a title', `a${ESC}]0;no end`],
  ['a command', `a${ESC}[12`],
  ['an escape', `a${ESC}`],
])('%s that never ends hides no more than its line', (_, output) => {
  expect(shown(`${output}\nnext\n`)).toEqual(['a', 'next']);
});

test('letters of any language end what looked like a sequence, and stay', () => {
  expect(shown(`${ESC}[31한글 ${ESC}가\u{1f600}`)).toEqual(['한글 가\u{1f600}']);
});

test('letters that would turn the order of others are shown as replaced', () => {
  expect(shown('access\u202e\u2066 level')).toEqual(['access\ufffd\ufffd level']);
});

test('markup stays text', () => {
  expect(shown('<img src=x onerror=alert(1)>')).toEqual(['<img src=x onerror=alert(1)>']);
});

test('each stream completes its own line', () => {
  const pieces: [LogStream, string][] = [
    ['stdout', 'compiling'],
    ['stderr', `${ESC}[33mwarn`],
    ['stdout', ' done\n'],
    ['stderr', 'ing\n'],
  ];
  expect(shown(...pieces)).toEqual(['compiling done', '[yellow]warning']);
});

test('a line that grew is another object, and one that did not is the same', () => {
  const log = createLogLines();
  log.append('stdout', 'first\nsec');
  const [first, second] = log.lines();
  log.append('stdout', 'ond');
  const [sameFirst, changedSecond] = log.lines();

  expect(sameFirst).toBe(first);
  expect(changedSecond).not.toBe(second);
  expect([second, changedSecond].map((line) => wordsOf(line!))).toEqual(['sec', 'second']);
});

test('only the newest lines are kept, and how many came before them is told', () => {
  const log = createLogLines({ lines: 100, weight: 1e9, lineLength: 1_000 });
  for (let at = 0; at < 5_000; at++) log.append(at % 2 ? 'stdout' : 'stderr', `line ${at}\n`);

  const lines = log.lines();
  expect(lines.length).toBeLessThanOrEqual(100);
  expect(lines.length).toBeGreaterThanOrEqual(80);
  expect(textOf(lines.at(-1)!)).toBe('line 4999');
  expect(textOf(lines[0]!)).toBe(`line ${log.forgotten()}`);
});

test('an unfinished line that is too old is forgotten, and its stream goes on in a new one', () => {
  const log = createLogLines({ lines: 10, weight: 1e9, lineLength: 1_000 });
  log.append('stderr', 'old progress');
  log.append('stdout', 'x\n'.repeat(50));
  log.append('stderr', 'later');

  expect(
    log
      .lines()
      .filter(({ stream }) => stream === 'stderr')
      .map(textOf),
  ).toEqual(['later']);
});

test('a line without end takes bounded memory and keeps its newest part', () => {
  const log = createLogLines({ lines: 100, weight: 50_000, lineLength: 1_000 });
  for (let at = 0; at < 2_000; at++) log.append('stdout', 'x'.repeat(997));
  log.append('stdout', 'the end');

  const lines = log.lines();
  expect(lines.reduce((sum, line) => sum + textOf(line).length, 0)).toBeLessThanOrEqual(50_000);
  expect(Math.max(...lines.map((line) => textOf(line).length))).toBeLessThanOrEqual(1_001);
  expect(lines.map(textOf).join('')).toMatch(/the end$/);
});

test('a colour for every letter takes bounded memory', () => {
  const log = createLogLines({ lines: 1_000, weight: 50_000, lineLength: 4_000 });
  log.append('stdout', Array.from({ length: 50_000 }, (_, at) => `${ESC}[3${at % 7}mx`).join(''));

  expect(log.lines().reduce((sum, { spans }) => sum + spans.length, 0)).toBeLessThan(5_000);
});

test('a letter of two units is never cut by the end of a line', () => {
  const log = createLogLines({ lines: 100, weight: 1e9, lineLength: 3 });
  log.append('stdout', '\u{1f600}'.repeat(20));

  const texts = log.lines().map(textOf);
  expect(texts.join('')).toBe('\u{1f600}'.repeat(20));
  expect(texts.every((text) => text.isWellFormed())).toBe(true);
});

test('a million states of one progress line stay one line', () => {
  const log = createLogLines();
  for (let at = 0; at < 1_000; at++) log.append('stdout', Array.from({ length: 1_000 }, () => `${at}%\r`).join(''));

  expect(log.lines().map(textOf)).toEqual(['999%']);
});

/** Repeatable, so that a failure can be looked at. */
function createDice(seed: number) {
  let state = seed;
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const SCRAPS = [
  'a',
  'bc',
  '\n',
  '\r',
  '\r\n',
  '\b',
  '\t',
  '한',
  '\u{1f600}',
  '\u202e',
  '\u0000',
  '\u009b',
  ESC,
  `${ESC}[`,
];
const MORE = [
  '31',
  ';',
  ':',
  'm',
  'G',
  'K',
  ']0;',
  '\u0007',
  '\\',
  `${ESC}[0m`,
  `${ESC}[38;5;9m`,
  `${ESC}P`,
  '(',
  '?',
  '1',
];

test('however output is cut into pieces, the same lines are shown, and none has a control in it', () => {
  for (let seed = 1; seed <= 3_000; seed++) {
    const dice = createDice(seed);
    const scraps = [...SCRAPS, ...MORE];
    const output = Array.from({ length: 30 }, () => scraps[dice(scraps.length)]).join('');
    const pieces = [...output].map((letter) => (dice(3) === 0 ? `${letter}|` : letter));
    const cut = pieces.join('').split('|');

    const whole = shown(output);
    expect({ seed, lines: shown(...cut) }).toEqual({ seed, lines: whole });
    expect({ seed, controls: whole.join('').match(/(?!\t)[\p{Cc}\p{Bidi_Control}]/u) }).toEqual({
      seed,
      controls: null,
    });
  }
});
