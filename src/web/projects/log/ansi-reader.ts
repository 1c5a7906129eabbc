import { applySgr, lookOf, PLAIN } from './sgr.ts';

/** What a command's output says. `look` names how text differs from plain text (see `lookOf`). */
export type OutputToken =
  { kind: 'text'; text: string; look: string } | { kind: 'newline' } | { kind: 'return' } | { kind: 'backspace' };

/** Where a reader stands: in text, or in a control sequence that has begun (ECMA-48, 5.3 to 5.6). */
type State = 'text' | 'escape' | 'escapeIntermediate' | 'csi' | 'string' | 'stringEscape';

const ESCAPE = '\u001b';
const BELL = '\u0007';
/** Tabs are text. Letters that turn the direction of others could make a line read as another one. */
const SPECIAL = /(?!\t)[\p{Cc}\p{Bidi_Control}]/gu;
const BIDI_CONTROL = /\p{Bidi_Control}/u;
/** Stands for a letter that is not shown. */
const REPLACEMENT = '\ufffd';
/** Longer than any command that is meant. */
const LONGEST_PARAMETERS = 128;

/**
 * Reads what a command wrote to one stream, piece by piece: a sequence may begin in one and end in another. Colours and
 * weights are understood; every other sequence is left out, and so are controls that mean nothing in a page. One that
 * never ends hides no more than the rest of its line.
 */
export function createAnsiReader() {
  let state: State = 'text';
  let parameters = '';
  let rendition = PLAIN;
  let look = '';

  return {
    read(piece: string): OutputToken[] {
      const tokens: OutputToken[] = [];
      for (let at = 0; at < piece.length;) {
        if (state === 'text') {
          const end = nextSpecial(piece, at);
          if (end > at) tokens.push({ kind: 'text', text: piece.slice(at, end), look });
          if (end < piece.length) control(piece.charAt(end), tokens);
          at = end + 1;
        } else {
          inSequence(piece.charAt(at), tokens);
          at += 1;
        }
      }
      return tokens;
    },
  };

  function control(letter: string, tokens: OutputToken[]): void {
    if (letter === ESCAPE) state = 'escape';
    else if (letter === '\n') tokens.push({ kind: 'newline' });
    else if (letter === '\r') tokens.push({ kind: 'return' });
    else if (letter === '\b') tokens.push({ kind: 'backspace' });
    else if (BIDI_CONTROL.test(letter)) tokens.push({ kind: 'text', text: REPLACEMENT, look });
  }

  function inSequence(letter: string, tokens: OutputToken[]): void {
    if (letter === ESCAPE) {
      state = state === 'string' ? 'stringEscape' : 'escape';
      return;
    }
    if (letter === '\n' || letter === '\r') {
      state = 'text';
      control(letter, tokens);
      return;
    }
    // No sequence has such letters: what began was none.
    if (letter > '~' && state !== 'string') {
      state = 'text';
      if (nextSpecial(letter, 0) === letter.length) tokens.push({ kind: 'text', text: letter, look });
      return;
    }
    switch (state) {
      case 'escape':
        parameters = '';
        state = afterEscape(letter);
        break;
      case 'escapeIntermediate':
        if (!isIntermediate(letter)) state = 'text';
        break;
      case 'csi':
        if (isParameter(letter) || isIntermediate(letter)) {
          if (parameters.length < LONGEST_PARAMETERS) parameters += letter;
        } else {
          state = 'text';
          finish(letter, tokens);
        }
        break;
      case 'string':
        if (letter === BELL) state = 'text';
        break;
      case 'stringEscape':
        // `ESC \` ends it. Any other letter belongs to a sequence that cut it short.
        parameters = '';
        state = letter === '\\' ? 'text' : afterEscape(letter);
        break;
      case 'text':
        break;
    }
  }

  function finish(final: string, tokens: OutputToken[]): void {
    if (final === 'm' && /^[\d;:]*$/.test(parameters)) {
      rendition = applySgr(rendition, parameters);
      look = lookOf(rendition);
    }
    // To the first column: how many tools begin a progress line anew.
    if (final === 'G' && /^[01]?$/.test(parameters)) tokens.push({ kind: 'return' });
  }
}

function nextSpecial(text: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(text)?.index ?? text.length;
}

function afterEscape(letter: string): State {
  if (letter === '[') return 'csi';
  // Commands to the operating system, device control, messages: text for somebody else.
  if (']PX^_'.includes(letter)) return 'string';
  return isIntermediate(letter) ? 'escapeIntermediate' : 'text';
}

const isParameter = (letter: string) => letter >= '0' && letter <= '?';
const isIntermediate = (letter: string) => letter >= ' ' && letter <= '/';
