import { z } from 'zod';
import type { Logger } from '../../logger.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import type { SignedInAccount, SignInProvider } from '../../ports/sign-in-provider.ts';
import { createAuthorizationCodeClient } from '../oauth/authorization-code-client.ts';
import { createBoundedFetch } from '../oauth/bounded-fetch.ts';
import { failureOfStatus } from '../oauth/failure-of-status.ts';

export interface DiscordSignInOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** As `https://discord.com/api`; another Discord has all its pages on that origin. */
  apiUrl?: string;
  logger: Logger;
}

const DISCORD_API = 'https://discord.com/api';
/** What an identity is made of; Discord's answer is about a kilobyte. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** How long the end of a token is waited for. The person is signed in either way. */
const REVOKE_WITHIN_MS = 3_000;

/** Discord's user object as far as `identify` shows it: https://discord.com/developers/docs/resources/user */
const discordUser = z.object({
  id: z.string().regex(/^\d{17,20}$/),
  username: z.string().min(1),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
  locale: z.string().optional(),
});

/**
 * Discord's OAuth2 with PKCE, for nothing but knowing who somebody is:
 * https://discord.com/developers/docs/topics/oauth2 (S256 is announced in its
 * `/.well-known/oauth-authorization-server`). The token lives inside `identify` and is revoked before that returns.
 */
export function createDiscordSignIn(options: DiscordSignInOptions): SignInProvider {
  const apiUrl = options.apiUrl ?? DISCORD_API;
  const { origin } = new URL(apiUrl);
  const client = createAuthorizationCodeClient({
    ...options,
    server: {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/authorize`,
      token_endpoint: `${apiUrl}/oauth2/token`,
      revocation_endpoint: `${apiUrl}/oauth2/token/revoke`,
      userinfo_endpoint: `${apiUrl}/users/@me`,
    },
  });

  return {
    authorizationOrigin: origin,
    issuer: origin,

    authorizationUrl: ({ state, codeChallenge, chooseAccount }) =>
      client.authorizationUrl({
        scope: 'identify',
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        // `none` asks nobody a second time; `consent` shows which account it is, and leads to another one.
        prompt: chooseAccount ? 'consent' : 'none',
      }),

    async identify(grant, signal) {
      const { accessToken } = await client.exchange(grant, signal);
      try {
        return await whoseToken(`${apiUrl}/users/@me`, accessToken, signal);
      } finally {
        await client.revoke(accessToken, AbortSignal.timeout(REVOKE_WITHIN_MS)).catch((error: unknown) => {
          options.logger.warn({ err: error }, 'the token of a sign-in was not revoked; it ends by itself');
        });
      }
    },
  };
}

const boundedFetch = createBoundedFetch(MAX_ANSWER_BYTES);

async function whoseToken(url: string, accessToken: string, signal: AbortSignal): Promise<SignedInAccount> {
  const answer = await boundedFetch(url, { headers: { authorization: `Bearer ${accessToken}` }, signal });
  if (!answer.ok) throw failureOfStatus(answer);
  const user = discordUser.safeParse(await answer.json().catch(() => null));
  // An answer that is not the protocol's; and a bot is nobody who signs in.
  if (!user.success || user.data.bot) throw new ProviderFailure('unavailable', { status: answer.status });
  const { id, username, global_name: displayName, locale } = user.data;
  return {
    subject: id,
    displayName: shownName(displayName) ?? shownName(username) ?? id,
    language: languageOf(locale),
  };
}

/** As long as Discord lets names be, and nothing that would make it look like another text. */
function shownName(name: string | null | undefined): string | null {
  const letters = [...(name ?? '').toWellFormed().replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '')];
  return letters.slice(0, 32).join('').trim() || null;
}

/** Discord's locales: `ko`, `en-US`, `ja`. Who has none of our languages reads English. */
function languageOf(locale: string | undefined): SignedInAccount['language'] {
  if (locale === undefined) return null;
  return locale === 'ko' || locale.startsWith('ko-') ? 'ko' : 'en';
}
