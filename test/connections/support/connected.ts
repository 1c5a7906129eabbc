import { enterCall } from '../../../src/connections/tool-calls.ts';
import type { Call, Connection } from '../../../src/ports/consent-store.ts';
import type { Credential } from '../../../src/ports/credential-vault.ts';
import { chosenCall, newPerson, type Heart } from '../../support/heart.ts';
import { connect } from './trip.ts';
import { park, READ } from './waiting.ts';

/** A person with a connected account, and a call that may run with it. */
export interface Connected {
  userId: string;
  call: Call;
  fence: number;
  connection: Connection;
}

export async function connected(heart: Heart): Promise<Connected> {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId)).publicId);
  return runnable(heart, userId);
}

/** Another call of this person, as it enters the gate. */
export async function runnable(heart: Heart, userId: string): Promise<Connected> {
  return entered(heart, await chosenCall(heart, userId, [READ]));
}

/** @throws when the call may not run */
export async function entered(heart: Heart, call: Call): Promise<Connected> {
  const decision = await enterCall(heart.store, call);
  if (decision.kind !== 'run' || decision.connection === null)
    throw new Error(`the call may not run: ${decision.kind}`);
  return { userId: call.userId, call, fence: decision.fence, connection: decision.connection };
}

export const pathOf = ({ userId, provider, credential }: Connection) => ({
  userId,
  provider,
  attemptId: credential,
});

/** The row as it is now. */
export async function connectionOf(heart: Heart, { userId, provider }: Connection): Promise<Connection> {
  const found = await heart.store.transact({ userId, providers: [provider] }, (tx) => tx.connection(provider));
  if (found === null) throw new Error('the connection is gone');
  return found;
}

export async function storedSecret(
  { vaults }: Heart,
  connection: Connection,
): Promise<{ credential: Credential; revision: number }> {
  const stored = await vaults.orchestrator.read(pathOf(connection));
  if (stored.kind !== 'credential') throw new Error(`the secret is ${stored.kind}`);
  return stored;
}

/** As when its hour is over: by our own clock, and at the provider. */
export async function expireSecret(heart: Heart, connection: Connection): Promise<void> {
  const { credential, revision } = await storedSecret(heart, connection);
  const expiresAt = new Date(Date.now() - 1_000).toISOString();
  await heart.vaults.orchestrator.replace(pathOf(connection), { ...credential, expiresAt }, revision);
}
