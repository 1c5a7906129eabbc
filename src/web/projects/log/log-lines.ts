import { createAnsiReader, type OutputToken } from './ansi-reader.ts';

export type LogStream = 'stdout' | 'stderr';

export interface LogSpan {
  text: string;
  /** Names of what looks different from plain text, separated by spaces. */
  look: string;
}

export interface LogLine {
  /** From 0, also counting lines that are not kept any more. */
  number: number;
  stream: LogStream;
  spans: readonly LogSpan[];
}

export interface LogBounds {
  lines: number;
  /** Letters of all lines, and what spans and lines cost beside them. */
  weight: number;
  /** A longer line goes on in another one. */
  lineLength: number;
}

const BOUNDS: LogBounds = { lines: 3_000, weight: 600_000, lineLength: 4_000 };
const LINE_WEIGHT = 32;
const SPAN_WEIGHT = 16;

/** A line that may still change. `view` is what was shown of it, null since it changed. */
interface Line {
  number: number;
  stream: LogStream;
  spans: LogSpan[];
  length: number;
  /** The next letter begins it anew. */
  returned: boolean;
  view: LogLine | null;
}

export type LogLines = ReturnType<typeof createLogLines>;

/**
 * The newest lines of a run's log, as a terminal would show them. Each stream completes its own lines, so that words of
 * one never end up in a line of the other. Takes bounded memory whatever comes.
 */
export function createLogLines(bounds: LogBounds = BOUNDS) {
  const readers = { stdout: createAnsiReader(), stderr: createAnsiReader() };
  const open: Record<LogStream, Line | null> = { stdout: null, stderr: null };
  let lines: Line[] = [];
  let total = 0;
  let weight = 0;

  return {
    append(stream: LogStream, piece: string): void {
      for (const token of readers[stream].read(piece)) {
        apply(stream, token);
        forget();
      }
    },
    /** Lines that have not changed since the last call are the same objects. */
    lines: (): LogLine[] =>
      lines.map((line) => (line.view ??= { number: line.number, stream: line.stream, spans: [...line.spans] })),
    /** Lines that came before those kept. */
    forgotten: () => total - lines.length,
  };

  function apply(stream: LogStream, token: OutputToken): void {
    if (token.kind === 'newline') {
      // An empty line is a line.
      openLine(stream);
      open[stream] = null;
    } else if (token.kind === 'return') {
      if (open[stream]) open[stream].returned = true;
    } else if (token.kind === 'backspace') {
      if (open[stream]) removeLast(open[stream]);
    } else write(stream, token.text, token.look);
  }

  function write(stream: LogStream, text: string, look: string): void {
    let rest = text;
    while (rest !== '') {
      let line = openLine(stream);
      if (line.returned) clear(line);
      if (line.length >= bounds.lineLength) {
        open[stream] = null;
        line = openLine(stream);
      }
      const part = rest.slice(0, cutAt(rest, bounds.lineLength - line.length));
      rest = rest.slice(part.length);
      add(line, part, look);
    }
  }

  function openLine(stream: LogStream): Line {
    const known = open[stream];
    if (known) return known;
    const line: Line = { number: total++, stream, spans: [], length: 0, returned: false, view: null };
    lines.push(line);
    weight += LINE_WEIGHT;
    open[stream] = line;
    return line;
  }

  function add(line: Line, text: string, look: string): void {
    const last = line.spans.at(-1);
    if (last?.look === look) line.spans[line.spans.length - 1] = { text: last.text + text, look };
    else {
      line.spans.push({ text, look });
      weight += SPAN_WEIGHT;
    }
    line.length += text.length;
    weight += text.length;
    line.view = null;
  }

  function removeLast(line: Line): void {
    const last = line.spans.pop();
    if (!last) return;
    const kept = last.text.slice(0, -lastLetter(last.text).length);
    if (kept !== '') line.spans.push({ text: kept, look: last.look });
    else weight -= SPAN_WEIGHT;
    line.length -= last.text.length - kept.length;
    weight -= last.text.length - kept.length;
    line.view = null;
  }

  function clear(line: Line): void {
    weight -= line.length + line.spans.length * SPAN_WEIGHT;
    line.spans = [];
    line.length = 0;
    line.returned = false;
    line.view = null;
  }

  /** Some more than needed at once, so that it need not be done for every line. The newest line stays. */
  function forget(): void {
    if (lines.length <= bounds.lines && weight <= bounds.weight) return;
    let count = 0;
    while (count < lines.length - 1 && (lines.length - count > bounds.lines * 0.9 || weight > bounds.weight * 0.9)) {
      const line = lines[count++];
      if (!line) break;
      weight -= LINE_WEIGHT + line.length + line.spans.length * SPAN_WEIGHT;
      if (open[line.stream] === line) open[line.stream] = null;
    }
    lines = lines.slice(count);
  }
}

/** At most `length`, and never between the two halves of one letter. */
function cutAt(text: string, length: number): number {
  if (text.length <= length) return text.length;
  if (!isHighSurrogate(text.charCodeAt(length - 1))) return length;
  return length === 1 ? 2 : length - 1;
}

const lastLetter = (text: string) =>
  isHighSurrogate(text.charCodeAt(text.length - 2)) ? text.slice(-2) : text.slice(-1);

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;
