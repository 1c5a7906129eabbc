import type { ConsentStore } from '../ports/consent-store.ts';

/**
 * Ends a connection (OA-13): from this transaction on nothing uses it, trips under way end in nothing, and its grant is
 * revoked and its secret destroyed by a workflow. Requests that wait stay: they need another consent.
 */
export async function disconnect(
  store: ConsentStore,
  connectionId: string,
  userId: string,
): Promise<'disconnected' | 'notFound'> {
  const found = await store.findConnection(connectionId);
  if (found === null || found.userId !== userId) return 'notFound';
  const { provider } = found;
  return store.transact({ userId, providers: [provider] }, async (tx) => {
    const connection = await tx.connection(provider);
    if (connection === null || connection.id !== connectionId || connection.status === 'gone') return 'notFound';
    await tx.updateConnection({ ...connection, status: 'gone', revokedAs: null });
    for (const attempt of await tx.attemptsUnderWay(provider)) {
      await tx.saveAttempt({ ...attempt, status: 'void' });
      // Nothing comes back for a secret that waits for an answer; that of a callback is destroyed by its own finish.
      if (attempt.status === 'confirm') await tx.destroyCredential({ userId, provider, attemptId: attempt.id }, false);
    }
    await tx.disconnect(connection);
    await tx.audit('disconnected', { provider });
    await tx.tidy(provider);
    tx.changed('connection', connection.id);
    return 'disconnected';
  });
}
