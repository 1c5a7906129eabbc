import type { OAuthProvider } from '../../ports/oauth-provider.ts';

/** Finds the adapter of a provider. A row that names one without an adapter is a mistake of ours. */
export function oauthProviders(...providers: OAuthProvider[]): (provider: string) => OAuthProvider {
  const byName = new Map<string, OAuthProvider>(providers.map((provider) => [provider.provider, provider]));
  return (name) => {
    const provider = byName.get(name);
    if (provider === undefined) throw new Error(`no OAuth client is configured for ${name}`);
    return provider;
  };
}
