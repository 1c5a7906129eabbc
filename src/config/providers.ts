import { endpoint, gatewayEndpoint, isLoopback } from './formats.ts';
import type { EmulatedPart, GatewayConfig, Mode, OAuthClientConfig, OrchestratorConfig } from './types.ts';
import type { Variables } from './variables.ts';

/** Google is needed in every mode: `make dev` sets the client of the emulated one. */
export function readGoogle(variables: Variables, emulated: readonly EmulatedPart[]): OAuthClientConfig | null {
  const baseUrl = variables.optional('GOOGLE_BASE_URL', endpoint, 'Leave it out to use Google itself.');
  if (emulated.includes('google') && !(baseUrl && isLoopback(new URL(baseUrl).hostname))) {
    variables.fault('GOOGLE_BASE_URL', 'does not name the emulated Google.', 'Start with `make dev`, which sets it.');
  }
  const pair = readPair(variables, 'GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET');
  if (pair === 'unset') {
    variables.fault(
      'GOOGLE_CLIENT_ID',
      'and GOOGLE_CLIENT_SECRET are not set.',
      'Create an OAuth client in the Google Cloud console and set both, or start with `make dev`, which emulates Google.',
    );
  }
  return typeof pair === 'string' ? null : { ...pair, baseUrl };
}

/** What is set for parts that this process does not use yet is checked all the same: a mistake is told on day one. */
export function checkOtherProviders(variables: Variables): void {
  readPair(variables, 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET');
  for (const name of ['GITHUB_BASE_URL', 'GITHUB_API_URL', 'DISCORD_API_URL', 'ANTHROPIC_BASE_URL']) {
    variables.optional(name, endpoint, 'Set an https address, or leave it out.');
  }
  variables.optional('DISCORD_GATEWAY_URL', gatewayEndpoint, 'Set a wss address, or leave it out.');
}

/** Half a pair is a fault that names the missing half. */
function readPair(variables: Variables, idName: string, secretName: string) {
  const [clientId, clientSecret] = [variables.raw(idName), variables.raw(secretName)];
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (!clientId && !clientSecret) return 'unset';
  const [there, missing] = clientId ? [idName, secretName] : [secretName, idName];
  variables.fault(missing, `is not set although ${there} is.`, 'Set both or neither.');
  return 'half';
}

/** All three or none. None means sign-in by name, so production needs them (MO-1). */
export function readDiscord(variables: Variables, mode: Mode | null): GatewayConfig['discord'] {
  const names = ['DISCORD_TOKEN', 'DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'];
  const [token, clientId, clientSecret] = names.map(variables.raw);
  if (token && clientId && clientSecret) return { token, clientId, clientSecret, ...readDiscordAddresses(variables) };
  const missing = names.filter((name) => !variables.raw(name));
  const none = missing.length === names.length;
  if (none && mode !== 'production') return null;
  const problem = none
    ? 'is not set, and sign-in by name is refused in production.'
    : 'is not set although the rest of Discord is.';
  for (const name of missing) variables.fault(name, problem, 'Set it from the Discord developer portal.');
  return null;
}

/** Null where they are Discord's own. Their form is checked for every process by `checkOtherProviders`. */
function readDiscordAddresses(variables: Variables): { apiUrl: string | null; gatewayUrl: string | null } {
  const apiUrl = variables.raw('DISCORD_API_URL')?.replace(/\/$/, '') ?? null;
  return { apiUrl, gatewayUrl: variables.raw('DISCORD_GATEWAY_URL') ?? null };
}

/** The bot that delivers answers; production has no other platform. */
export function readDiscordBot(variables: Variables, mode: Mode | null): OrchestratorConfig['discord'] {
  const token = variables.raw('DISCORD_TOKEN');
  if (token) return { token, apiUrl: readDiscordAddresses(variables).apiUrl };
  if (mode === 'production') {
    variables.fault('DISCORD_TOKEN', 'is not set.', 'Set the token of the bot that delivers the answers.');
  }
  return null;
}

/** The model behind the requests; null is the offline planner. */
export function readAnthropic(variables: Variables): OrchestratorConfig['anthropic'] {
  const apiKey = variables.raw('ANTHROPIC_API_KEY');
  const model = variables.raw('MODEL') ?? null;
  const baseUrl = variables.raw('ANTHROPIC_BASE_URL')?.replace(/\/$/, '') ?? null;
  if (apiKey) return { apiKey, baseUrl, model };
  if (model) variables.fault('ANTHROPIC_API_KEY', 'is not set although MODEL is.', 'Set both or neither.');
  return null;
}
