import type { ErrorCode } from '../domain/texts.ts';

/** An answer that is not a success. Its words come from the catalogue, by code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: ErrorCode;
  /** What exactly was wrong, for whoever writes a script against us. Holds nothing that was sent but names of keys. */
  readonly detail: string | null;

  constructor(status: number, code: ErrorCode, detail: string | null = null) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** Also for another person's ids: what is not yours does not exist. */
export const notFound = (): HttpError => new HttpError(404, 'notFound');
