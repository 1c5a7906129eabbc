import type { Provider } from '../domain/words.ts';

/**
 * The token endpoint refuses our own client: its id or secret is wrong, or it may not do this any more. Only the operator
 * can mend it. The person's grant may be as good as ever, so nobody is asked to connect again, no call ends because of
 * it, and everything goes on by itself once the configuration is right.
 */
export class ClientRefused extends Error {
  override readonly name = 'ClientRefused';
  readonly provider: Provider;
  /** HTTP status, where there was an answer. */
  readonly status: number | null;

  constructor(provider: Provider, status: number | null) {
    super(`${provider} refuses our client${status === null ? '' : ` (${status})`}: check its id and secret`);
    this.provider = provider;
    this.status = status;
  }
}
