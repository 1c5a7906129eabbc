import type { GoogleOAuthOptions } from '../../../../src/providers/google/google-oauth.ts';

/** A server on Google's paths, and a person who consents there. */
export interface GooglePeer {
  options: GoogleOAuthOptions & { baseUrl: string };
  /** Refresh tokens change at every use. */
  rotates: boolean;
  /** Walks the pages as a browser does; the callback that it ends at is not opened. */
  consent(authorizationUrl: URL): Promise<URL>;
  close(): Promise<void>;
}

export const CLIENT = {
  clientId: 'panager-test',
  clientSecret: 'a-secret-for-tests-only',
  redirectUri: 'http://localhost:8000/oauth/google/callback',
};

export const READ_SCOPE = 'https://www.googleapis.com/auth/calendar.readonly';
