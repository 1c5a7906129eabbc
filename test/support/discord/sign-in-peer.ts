import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JWK } from 'oidc-provider';
import Provider from 'oidc-provider';
import { createBrowser } from '../../providers/google/peers/browser.ts';
import { quietly } from '../../providers/google/peers/oidc-provider-peer.ts';

/**
 * NOT DISCORD: a stand-in for its sign-in. The protocol is that of `oidc-provider`, a certified OpenID provider that is
 * none of ours; what is ours on top are Discord's paths, the meaning of `prompt`, the user object, the two people, the
 * page on which they are chosen, and the faults. The page says so.
 */
export interface DiscordPerson {
  id: string;
  username: string;
  global_name: string | null;
  locale: string;
}

export const MINJI: DiscordPerson = {
  id: '100000000000000001',
  username: 'minji',
  global_name: '민지',
  locale: 'ko',
};
export const ALEX: DiscordPerson = {
  id: '100000000000000002',
  username: 'alex',
  global_name: 'Alex',
  locale: 'en-US',
};
export const TOKEN_PATH = '/api/oauth2/token';
export const REVOKE_PATH = '/api/oauth2/token/revoke';
export const ME_PATH = '/api/users/@me';

export type SignInPeer = Awaited<ReturnType<typeof startSignInPeer>>;

/** Answers a request in the place of the peer. One that answers nothing hangs. */
type Fault = (response: ServerResponse) => void;

/** Another server at whose address people sign in; its handlers answer what they know and say so. */
interface Host {
  origin: string;
  mount(handler: (request: IncomingMessage, response: ServerResponse) => boolean): void;
}

/** `host`: the peer of the bot, which has the same address in reality. Without one it has a server of its own. */
export async function startSignInPeer(
  client: { redirectUri: string },
  { host, people = [MINJI, ALEX] }: { host?: Host; people?: readonly DiscordPerson[] } = {},
) {
  const clientId = '900000000000000009';
  const clientSecret = randomUUID();
  const server = host ? null : createServer();
  await new Promise<void>((resolve) => (server ? server.listen(0, '127.0.0.1', resolve) : resolve()));
  const origin = host?.origin ?? `http://127.0.0.1:${(server?.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const faults = new Map<string, Fault>();
  const calls: string[] = [];
  const tokens = { issued: [] as string[], live: new Set<string>() };

  const provider = quietly(
    () =>
      new Provider(origin, {
        clients: [
          {
            client_id: clientId,
            client_secret: clientSecret,
            redirect_uris: [client.redirectUri],
            grant_types: ['authorization_code'],
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
        routes: { authorization: '/oauth2/authorize', token: TOKEN_PATH, revocation: REVOKE_PATH },
        jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'RS256' }] },
        cookies: { keys: [randomUUID()] },
        scopes: ['identify'],
        features: {
          revocation: { enabled: true, allowedPolicy: async () => true },
          devInteractions: { enabled: false },
        },
        interactions: { url: (_context, interaction) => `/choose/${interaction.uid}` },
        ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600 },
        pkce: { required: () => true },
        findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
      }),
  );
  provider.on('access_token.saved', ({ jti }) => {
    tokens.issued.push(jti);
    tokens.live.add(jti);
  });
  provider.on('access_token.destroyed', ({ jti }) => tokens.live.delete(jti));
  const handle = provider.callback();

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  };
  server?.on('request', serve);
  host?.mount((request, response) => {
    const isOurs = isSignIn(request);
    if (isOurs) serve(request, response);
    return isOurs;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const path = url.pathname.replace(/^\/api\/v\d+\//, '/api/');
    calls.push(`${request.method} ${path}`);
    const fault = faults.get(path);
    if (fault) return fault(response);
    if (path === ME_PATH) return me(request, response);
    if (path.startsWith('/choose/')) return choose(request, response);
    if (path === '/oauth2/authorize') request.url = withStandardPrompt(url);
    await handle(request, response);
  }

  async function me(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, bearer = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const token = await provider.AccessToken.find(bearer);
    const person = people.find(({ id }) => id === token?.accountId);
    const isAllowed = token?.scope?.split(' ').includes('identify') && person;
    response.writeHead(isAllowed ? 200 : 401, { 'content-type': 'application/json' });
    const unknown = { message: '401: Unauthorized', code: 0 };
    const rest = { discriminator: '0', avatar: null, public_flags: 0, flags: 0, mfa_enabled: false, premium_type: 0 };
    response.end(JSON.stringify(isAllowed ? { ...person, ...rest } : unknown));
  }

  /** Who it is, or nobody: our one page, in the place of Discord's own sign-in and authorize pages. */
  async function choose(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(chooserPage(people));
      return;
    }
    const chosen = new URLSearchParams(await text(request)).get('account');
    const person = people.find(({ username }) => username === chosen);
    if (!person) {
      const denial = { error: 'access_denied', error_description: 'The resource owner denied the request' };
      return provider.interactionFinished(request, response, denial, { mergeWithLastSubmission: false });
    }
    const grant = new provider.Grant({ accountId: person.id, clientId });
    grant.addOIDCScope('identify');
    const result = { login: { accountId: person.id }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return {
    clientId,
    clientSecret,
    apiUrl: `${origin}/api`,
    origin,
    /** `POST /api/oauth2/token` and so on, in order, without the version of the API. */
    calls,
    tokens,
    /** From now on this path is answered by `fault`; without one, by the peer again. */
    breakPath: (path: string, fault?: Fault) => void (fault ? faults.set(path, fault) : faults.delete(path)),

    /** What a person's browser does there: from the address that we sent it to, to the address it comes back with. */
    async walk(authorizationUrl: URL, account = 'minji'): Promise<URL> {
      const browser = createBrowser(client.redirectUri);
      const page = await browser.open(authorizationUrl);
      if (!page.url.pathname.startsWith('/choose/')) throw new Error(`refused: ${page.url.href} ${page.html}`);
      return (await browser.open(page.url, { method: 'POST', body: new URLSearchParams({ account }) })).url;
    },
    async close() {
      if (!server) return;
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** Discord's `none` skips its page where it can and shows it where it must; `consent` leads to another account too. */
function withStandardPrompt(url: URL): string {
  const prompt = url.searchParams.get('prompt');
  if (prompt === 'none') url.searchParams.delete('prompt');
  if (prompt === 'consent') url.searchParams.set('prompt', 'login consent');
  return url.pathname + url.search;
}

/** What of Discord's address belongs to signing in; the rest is the bot's. */
function isSignIn({ url = '', headers }: IncomingMessage): boolean {
  if (/^\/(oauth2\/authorize|session\/end|choose\/)/.test(url) || /^\/api\/(v\d+\/)?oauth2\//.test(url)) return true;
  return /^\/api\/(v\d+\/)?users\/@me$/.test(url) && Boolean(headers.authorization?.startsWith('Bearer '));
}

function chooserPage(people: readonly DiscordPerson[]): string {
  const button = (account: string, label: string) =>
    `<p><button name="account" value="${account}">${label}</button></p>`;
  return `<!doctype html><html lang="en"><head><title>Stand-in for Discord</title>
    <meta name="viewport" content="width=device-width"></head><body><main>
    <h1>Stand-in for Discord</h1><p>This is not Discord. It exists for the tests of Panager.</p>
    <form method="post">${people.map(({ username }) => button(username, `Authorize as ${username}`)).join('')}
    ${button('nobody', 'Cancel')}</form></main></body></html>`;
}
