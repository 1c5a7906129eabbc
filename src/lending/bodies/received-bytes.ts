import { Transform } from 'node:stream';
import { Refusal } from '../refusals.ts';

/** Makes streams that together let at most `maxBytes` through: what a whole run may receive. */
export function createReceivedBytes(maxBytes: number): () => Transform {
  let received = 0;
  return () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        if (received > maxBytes) return done(new Refusal('receivedTooMuch'));
        done(null, chunk);
      },
    });
}
