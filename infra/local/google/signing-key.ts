import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

export interface SigningKey {
  /** For `/oauth2/v3/certs` (RFC 7517). */
  publicJwk: JsonWebKey;
  /** A compact JWS with RS256 (RFC 7515). */
  signJwt(claims: Record<string, unknown>): string;
}

/** The key that signs id_tokens; made once and kept, so that a restart does not invalidate what was issued. */
export function loadSigningKey(database: DatabaseSync): SigningKey {
  const row = database.prepare('SELECT private_key FROM signing_key').get() as { private_key: string } | undefined;
  const privateKey = row ? createPrivateKey(row.private_key) : createAndStore(database);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 16);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  return {
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    signJwt(claims) {
      const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`;
      return `${unsigned}.${sign('sha256', Buffer.from(unsigned), privateKey).toString('base64url')}`;
    },
  };
}

function createAndStore(database: DatabaseSync): KeyObject {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  database.prepare('INSERT INTO signing_key (id, private_key) VALUES (?, ?)').run('current', pem);
  return privateKey;
}
