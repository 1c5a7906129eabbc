import { Transform } from 'node:stream';
import { isRecord } from './check-content.ts';

/** Events with usage are short; a longer line is text. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Lets an event stream of the messages API through and tells its output tokens, once, when it has come to its proper
 * end. The numbers of `message_delta` are totals so far.
 */
export function watchUsage(onEnd: (outputTokens: number) => void): Transform {
  let tokens: number | null = null;
  const read = lineReader((line) => {
    if (!line.startsWith('data:') || !/"message_(delta|stop)"/.test(line)) return;
    const event = parse(line.slice('data:'.length));
    if (event?.type === 'message_delta') tokens = outputTokensOf(event) ?? tokens;
    if (event?.type === 'message_stop' && tokens !== null) onEnd(tokens);
  });
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read(chunk);
      done(null, chunk);
    },
  });
}

/** What an answer or an event says that it has cost; null when it does not say. */
export function outputTokensOf(answer: unknown): number | null {
  const usage = isRecord(answer) ? answer.usage : null;
  const tokens = isRecord(usage) ? usage.output_tokens : null;
  return typeof tokens === 'number' && tokens >= 0 ? tokens : null;
}

function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let begun: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      if (length + end - from <= MAX_LINE_BYTES) {
        onLine(Buffer.concat([...begun, chunk.subarray(from, end)]).toString('utf8'));
      }
      begun = [];
      length = 0;
      from = end + 1;
    }
    length += chunk.length - from;
    if (length <= MAX_LINE_BYTES) begun.push(chunk.subarray(from));
    else begun = [];
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
