import type { Answer } from './http.ts';
import { json } from './http.ts';

/** The error form of Google's APIs. */
export function googleError(status: number, reason: string, message: string, headers?: Record<string, string>): Answer {
  const error = { errors: [{ domain: 'global', reason, message }], code: status, message };
  return json(status, { error }, headers);
}
