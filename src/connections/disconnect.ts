import type { ConsentStore } from '../ports/consent-store.ts';
import { voidAttempts } from './void-attempts.ts';

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
    await voidAttempts(tx, { userId, provider });
    await tx.disconnect(connection);
    await tx.audit('disconnected', { provider });
    await tx.tidy(provider);
    tx.changed('connection', connection.id);
    return 'disconnected';
  });
}
