import pg from 'pg';

/** LISTEN on one connection of its own, opened again whenever it is lost. */
export interface Listener {
  close(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/**
 * Calls `onNotify(channel, payload)` for each notification, and `onConnect` each time the connection is there: what was
 * notified in between is lost, so whoever listens looks at its rows again then.
 */
export function listen(
  databaseUrl: string,
  channels: readonly string[],
  handlers: { onNotify: (channel: string, payload: string) => void; onConnect: () => void },
): Listener {
  let closed = false;
  let current: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
    current = client;
    const lost = () => {
      if (current !== client) return;
      current = null;
      client.end().catch(() => undefined);
      if (!closed) retry = setTimeout(() => void connect(), RECONNECT_MS);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload }) => handlers.onNotify(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      handlers.onConnect();
    } catch {
      lost();
    }
  };
  void connect();

  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      const client = current;
      current = null;
      await client?.end().catch(() => undefined);
    },
  };
}
