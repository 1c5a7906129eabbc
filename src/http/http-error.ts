import type { ErrorCode, ErrorText } from '../domain/texts.ts';
import type { Language } from '../domain/words.ts';

/** An answer that is not a success. Its words come from the catalogue, by code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: ErrorCode;
  /** What exactly was wrong, for whoever writes a script against us. Holds nothing that was sent but names of keys. */
  readonly detail: string | null;
  /** Words that know more than the catalogue does. */
  readonly words: ((language: Language) => ErrorText) | null;

  constructor(
    status: number,
    code: ErrorCode,
    detail: string | null = null,
    words: ((language: Language) => ErrorText) | null = null,
  ) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.words = words;
  }
}

/** Also for another person's ids: what is not yours does not exist. */
export const notFound = (): HttpError => new HttpError(404, 'notFound');
