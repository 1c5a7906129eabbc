import { Transform } from 'node:stream';
import { Refusal } from '../refusals.ts';

/** The forms in which a careless server could send back what it was given. */
export function echoForms(secrets: readonly string[]): Buffer[] {
  return secrets.flatMap((secret) => [Buffer.from(secret), Buffer.from(Buffer.from(secret).toString('base64'))]);
}

export function holdsSecret(bytes: Buffer, forms: readonly Buffer[]): boolean {
  return forms.some((form) => bytes.includes(form));
}

/**
 * Ends a stream before it has sent back a secret whole. Nothing is held back, so events are not late: of a secret that
 * comes in pieces the first ones pass.
 */
export function withholdSecrets(forms: readonly Buffer[]): Transform {
  const overlap = Math.max(0, ...forms.map((form) => form.length - 1));
  let before = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const seam = Buffer.concat([before, chunk.subarray(0, overlap)]);
      if (holdsSecret(chunk, forms) || holdsSecret(seam, forms)) return done(new Refusal('upstreamUnexpected'));
      before = tail(before, chunk, overlap);
      done(null, chunk);
    },
  });
}

/** The last `length` bytes of everything so far, copied: a view would keep the whole chunk alive. */
function tail(before: Buffer, chunk: Buffer, length: number): Buffer<ArrayBuffer> {
  if (chunk.length >= length) return Buffer.from(chunk.subarray(chunk.length - length));
  return Buffer.from(Buffer.concat([before, chunk]).subarray(-length));
}
