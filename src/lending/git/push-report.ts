import { Transform } from 'node:stream';
import { linesOf } from './pkt-line.ts';
import type { PushCommand } from './push-commands.ts';

const MAX_REPORT_BYTES = 64 * 1024;
const BAND_OF_DATA = 1;

/**
 * Lets the answer to a push through and tells, before its end is passed on, which commands were carried out. A report
 * that was not asked for, is too long or is not understood names none.
 */
export function watchPushReport(commands: PushCommand[], carriedOut: (done: PushCommand[]) => void): Transform {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length <= MAX_REPORT_BYTES) chunks.push(chunk);
      done(null, chunk);
    },
    flush(done) {
      if (length <= MAX_REPORT_BYTES) carriedOut(reported(Buffer.concat(chunks), commands));
      done();
    },
  });
}

/** `unpack ok`, then `ok <ref>` or `ng <ref> <reason>` for each; as it is, or inside of the sideband's first band. */
function reported(answer: Buffer, commands: PushCommand[]): PushCommand[] {
  try {
    const outer = linesOf(answer);
    const banded = outer.filter((line) => line[0] === BAND_OF_DATA).map((line) => line.subarray(1));
    const lines = (banded.length > 0 ? linesOf(Buffer.concat(banded)) : outer).map((line) =>
      line.toString('latin1').trim(),
    );
    return lines[0] === 'unpack ok' ? commands.filter(({ ref }) => lines.includes(`ok ${ref}`)) : [];
  } catch {
    return [];
  }
}
