import { VaultUnavailable } from '../ports/credential-vault.ts';

/** The few fields of Vault's answers that are read here. */
export interface VaultBody {
  errors?: string[];
  auth?: { client_token?: string; lease_duration?: number };
  data?: {
    data?: Record<string, unknown> | null;
    version?: number;
    metadata?: { version: number };
    versions?: Record<string, { destroyed: boolean; created_time?: string }>;
    keys?: unknown;
  };
}

/** An answer of Vault that is not success. Holds nothing of what was sent. */
export class VaultRefusal extends Error {
  override readonly name = 'VaultRefusal';
  readonly status: number;
  readonly body: VaultBody;
  constructor(status: number, body: VaultBody) {
    super(`vault answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Keeps status and body of an answer that node-vault rejected with, and drops whatever else it may throw. */
export function asRefusal(error: unknown): VaultRefusal | VaultUnavailable {
  if (error instanceof VaultUnavailable) return error;
  const response: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'response') : undefined;
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) {
    return new VaultUnavailable('failing');
  }
  const body = 'body' in response && typeof response.body === 'object' && response.body !== null ? response.body : {};
  return new VaultRefusal(Number(response.statusCode), body);
}

/** Nothing here is ever a reason to ask a person to connect again (SE-2). */
export function asUnavailable(error: unknown): VaultUnavailable {
  if (error instanceof VaultUnavailable) return error;
  if (!(error instanceof VaultRefusal)) return new VaultUnavailable('failing');
  if (error.status === 503 && says(error, 'Vault is sealed')) return new VaultUnavailable('sealed');
  const definite = error.status >= 400 && error.status < 500 && error.status !== 429;
  return new VaultUnavailable(definite ? 'refused' : 'failing');
}

/** Check-and-set against a revision that is not the current one. */
export const isLostRace = (error: unknown): boolean =>
  error instanceof VaultRefusal && error.status === 400 && says(error, 'check-and-set parameter did not match');

/** The token is dead. A policy's refusal is worded differently, and a new token would not change it. */
export const isDeadToken = (error: unknown): boolean =>
  error instanceof VaultRefusal &&
  error.status === 403 &&
  (error.body.errors?.[0] === 'permission denied' || says(error, 'invalid token'));

/** Nothing is at this path. A mount that does not exist is a 404 too, but with words. */
export const isAbsent = (error: unknown): error is VaultRefusal =>
  error instanceof VaultRefusal && error.status === 404 && !error.body.errors?.length;

const says = (error: VaultRefusal, words: string): boolean =>
  Array.isArray(error.body.errors) && error.body.errors.some((line) => String(line).includes(words));
