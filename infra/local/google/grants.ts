import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { transaction } from './database.ts';
import { formatScopes, parseScopes } from './scopes.ts';
import type { Settings } from './settings.ts';

const CODE_LIFETIME_MS = 120_000;

export interface CodeRequest {
  email: string;
  approvedScopes: readonly string[];
  includeGrantedScopes: boolean;
  offline: boolean;
  /** `prompt=consent`: a refresh token is given again although there was a consent before. */
  consentAsked: boolean;
  redirectUri: string;
  codeChallenge: string;
  nonce: string | null;
}

export interface IssuedTokens {
  grantId: string;
  email: string;
  accessToken: string;
  expiresInSeconds: number;
  refreshToken: string | null;
  scopes: string[];
  nonce: string | null;
}

export interface Access {
  email: string;
  scopes: string[];
}

interface CodeRow {
  consentId: string;
  scopes: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  withRefresh: number;
  expiresAt: number;
  usedAt: number | null;
}

interface TokenRow {
  kind: 'access' | 'refresh';
  consentId: string;
  codeHash: string;
  scopes: string;
  expiresAt: number | null;
  email: string;
}

export type Grants = ReturnType<typeof createGrants>;

/** What people have allowed, and the codes and tokens that stand for it. One consent a person: there is one client. */
export function createGrants(database: DatabaseSync, settings: Settings, now: () => number) {
  const hash = (secret: string) => createHash('sha256').update(secret).digest('base64url');
  const secret = (prefix: string) => prefix + randomBytes(32).toString('base64url');

  function consentOf(email: string): { id: string; scopes: string } | null {
    const row = database.prepare('SELECT id, scopes FROM consent WHERE email = ?').get(email);
    return (row as { id: string; scopes: string } | undefined) ?? null;
  }

  function findToken(token: string): TokenRow | null {
    const row = database
      .prepare(
        `SELECT t.kind, t.consent_id AS consentId, t.code_hash AS codeHash, t.scopes, t.expires_at AS expiresAt, c.email
         FROM token t JOIN consent c ON c.id = t.consent_id WHERE t.hash = ?`,
      )
      .get(hash(token));
    return (row as unknown as TokenRow | undefined) ?? null;
  }

  function count(kind: 'exchange' | 'refresh' | 'revoke', ok: boolean, grantId: string | null, person: string | null) {
    database
      .prepare('INSERT INTO token_request (kind, outcome, grant_id, person) VALUES (?, ?, ?, ?)')
      .run(kind, ok ? 'ok' : 'refused', grantId, person);
  }

  function storeToken(
    prefix: string,
    kind: TokenRow['kind'],
    of: { consentId: string; codeHash: string; scopes: string },
  ) {
    const token = secret(prefix);
    const expiresAt = kind === 'access' ? now() + settings.accessTokenTtl * 1000 : null;
    database
      .prepare('INSERT INTO token (hash, kind, consent_id, code_hash, scopes, expires_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(hash(token), kind, of.consentId, of.codeHash, of.scopes, expiresAt);
    return token;
  }

  function issue(
    of: { consentId: string; codeHash: string; scopes: string; email: string },
    withRefresh: boolean,
    nonce: string | null,
  ): IssuedTokens {
    return {
      grantId: of.consentId,
      email: of.email,
      accessToken: storeToken('ya29.', 'access', of),
      expiresInSeconds: settings.accessTokenTtl,
      refreshToken: withRefresh ? storeToken('1//', 'refresh', of) : null,
      scopes: parseScopes(of.scopes),
      nonce,
    };
  }

  return {
    /** Records the consent and gives a code that works once, for two minutes. */
    issueCode(request: CodeRequest): string {
      return transaction(database, () => {
        const before = consentOf(request.email);
        const everything = formatScopes([...parseScopes(before?.scopes ?? ''), ...request.approvedScopes]);
        const consentId = before?.id ?? randomUUID();
        database
          .prepare('INSERT INTO consent (id, email, scopes) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET scopes = ?')
          .run(consentId, request.email, everything, everything);
        const code = secret('4/0');
        const scopes = request.includeGrantedScopes ? everything : formatScopes(request.approvedScopes);
        const withRefresh = request.offline && (request.consentAsked || before === null);
        database
          .prepare('INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)')
          .run(
            hash(code),
            consentId,
            scopes,
            request.redirectUri,
            request.codeChallenge,
            request.nonce,
            withRefresh ? 1 : 0,
            now() + CODE_LIFETIME_MS,
          );
        return code;
      });
    },

    /** Null when the code is unknown, expired or used, or was not asked for like this. A second use ends its tokens. */
    redeemCode(code: string, redirectUri: string, codeVerifier: string): IssuedTokens | null {
      return transaction(database, () => {
        const row = database
          .prepare(
            `SELECT consent_id AS consentId, scopes, redirect_uri AS redirectUri, challenge, nonce,
                    with_refresh AS withRefresh, expires_at AS expiresAt, used_at AS usedAt
             FROM code WHERE hash = ?`,
          )
          .get(hash(code)) as unknown as CodeRow | undefined;
        const person = row && database.prepare('SELECT email FROM consent WHERE id = ?').get(row.consentId);
        const email = (person as { email: string } | undefined)?.email ?? null;
        // RFC 6749 4.1.2: whoever presents a used code again may be a thief, and so may the first one.
        if (row?.usedAt) database.prepare('DELETE FROM token WHERE code_hash = ?').run(hash(code));
        const good =
          row !== undefined &&
          email !== null &&
          !row.usedAt &&
          row.expiresAt > now() &&
          row.redirectUri === redirectUri &&
          row.challenge === hash(codeVerifier);
        count('exchange', good, row?.consentId ?? null, email);
        if (!good) return null;
        database.prepare('UPDATE code SET used_at = ? WHERE hash = ?').run(now(), hash(code));
        return issue({ ...row, codeHash: hash(code), email }, row.withRefresh === 1, row.nonce);
      });
    },

    /** Null when the refresh token is dead. With `rotate` the old one dies and a new one comes along. */
    refresh(refreshToken: string): IssuedTokens | null {
      return transaction(database, () => {
        const token = findToken(refreshToken);
        const good = token?.kind === 'refresh';
        count('refresh', good, token?.consentId ?? null, token?.email ?? null);
        if (!good) return null;
        if (settings.rotate) database.prepare('DELETE FROM token WHERE hash = ?').run(hash(refreshToken));
        return issue(token, settings.rotate, null);
      });
    },

    /** Either token ends the whole grant, as at Google. False when the token was dead already. */
    revoke(token: string): boolean {
      return transaction(database, () => {
        const found = findToken(token);
        count('revoke', found !== null, found?.consentId ?? null, found?.email ?? null);
        if (found) database.prepare('DELETE FROM consent WHERE id = ?').run(found.consentId);
        return found !== null;
      });
    },

    /** As a person does on their account page: without the client. */
    revokePerson(email: string): boolean {
      return database.prepare('DELETE FROM consent WHERE email = ?').run(email).changes > 0;
    },

    /** Who and what an access token stands for; null when it is unknown, expired or revoked. */
    access(accessToken: string): Access | null {
      const token = findToken(accessToken);
      if (token?.kind !== 'access' || (token.expiresAt ?? 0) <= now()) return null;
      return { email: token.email, scopes: parseScopes(token.scopes) };
    },

    expireAccessTokens(): number {
      return Number(database.prepare(`UPDATE token SET expires_at = 0 WHERE kind = 'access'`).run().changes);
    },

    /** How often each grant was exchanged, refreshed and revoked; `null` for tokens that belong to none. */
    tokenRequests(): unknown[] {
      return database
        .prepare(
          `SELECT grant_id AS "grant", person, sum(kind = 'exchange' AND outcome = 'ok') AS exchange,
                  sum(kind = 'refresh' AND outcome = 'ok') AS refresh, sum(kind = 'revoke' AND outcome = 'ok') AS revoke,
                  sum(outcome = 'refused') AS refused
           FROM token_request GROUP BY grant_id, person ORDER BY min(seq)`,
        )
        .all();
    },
  };
}
