import { setTimeout as delay } from 'node:timers/promises';
import {
  DiscordAPIError,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  type Client,
} from 'discord.js';
import type { Logger } from '../logger.ts';
import type { ReconnectGate } from './reconnect-gate.ts';

/** A refused token or intent is a mistake of the operator: asking often makes it worse, asking never makes it final. */
const REFUSED_PAUSE_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export type ConnectionState = 'connecting' | 'connected' | 'refused' | 'closed';

export interface KeptConnection {
  state(): ConnectionState;
  close(): Promise<void>;
}

/**
 * Holds one connection to Discord for as long as the process runs. discord.js resumes and identifies again by itself;
 * here is what it gives up on: Discord that does not answer at the start, and close codes after which it stops.
 */
export function keepConnected(parts: {
  /** A new client with nothing of an earlier one, and the gate of its reconnections. */
  createClient: () => { client: Client; gate: ReconnectGate };
  token: string;
  logger: Logger;
  firstPauseMs?: number;
}): KeptConnection {
  const { createClient, token, logger, firstPauseMs = FIRST_PAUSE_MS } = parts;
  const stopping = new AbortController();
  const stopped = new Promise<'failed'>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve('failed'), { once: true });
  });
  let state: ConnectionState = 'connecting';

  /** Runs one client until it is over. @returns whether Discord refused us for a reason that waiting does not change */
  const runClient = async (): Promise<'refused' | 'failed'> => {
    const { client, gate } = createClient();
    // A refusal may be told twice, by the connection and by the log-in that waits for it.
    const refusal = Promise.withResolvers<'refused'>();
    let refused = false;
    const refuse = (code: number): void => {
      if (refused) return;
      refused = true;
      const said = REFUSALS[code] ?? 'Discord ended the connection for good: nobody is served there';
      logger.error({ alarm: true, code, reason: GatewayCloseCodes[code] }, said);
      refusal.resolve('refused');
    };
    client.on(Events.ShardDisconnect, ({ code }) => refuse(code));
    const connected = () => {
      gate.succeeded();
      state = 'connected';
      logger.info('connected to Discord');
    };
    client.on(Events.ShardReady, connected);
    client.on(Events.ShardResume, connected);
    client.on(Events.ShardReconnecting, () => {
      gate.failed();
      if (state === 'connected' && !stopping.signal.aborted)
        logger.warn('the connection to Discord was lost; trying again');
      state = 'connecting';
    });
    client.on(Events.ShardError, (err) => logger.warn({ err }, 'the connection to Discord failed'));
    client.on(Events.Error, (err) => logger.warn({ err }, 'discord.js reported an error'));
    const login = client.login(token).then(
      () => refusal.promise,
      (error: unknown) => {
        if (isRefusal(error)) refuse(GatewayCloseCodes.AuthenticationFailed);
        if (refused) return refusal.promise;
        logger.warn({ err: error }, 'Discord does not answer; trying again');
        return 'failed' as const;
      },
    );
    try {
      return await Promise.race([login, refusal.promise, stopped]);
    } finally {
      gate.shut();
      await client.destroy();
    }
  };

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const end = await runClient();
      if (state === 'connected') failures = 0;
      state = end === 'refused' ? 'refused' : 'connecting';
      const doubled = Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** failures) * (0.75 + Math.random() / 2);
      await delay(end === 'refused' ? REFUSED_PAUSE_MS : doubled, undefined, { signal: stopping.signal }).catch(ignore);
    }
  };
  const running = run();

  return {
    state: () => state,
    async close() {
      stopping.abort();
      await running;
      state = 'closed';
    },
  };
}

const TOKEN_REFUSED =
  'Discord refused DISCORD_TOKEN: nobody is served there. Set the token from the developer portal and start again';

/** What the operator has to do. Everything else of the gateway goes on without Discord. */
const REFUSALS: Record<number, string> = {
  [GatewayCloseCodes.AuthenticationFailed]: TOKEN_REFUSED,
  [GatewayCloseCodes.DisallowedIntents]:
    'Discord refused our intents: nobody is served there. Only direct messages are asked for, which every bot may have',
};

function isRefusal(error: unknown): boolean {
  if (error instanceof DiscordjsError) return error.code === DiscordjsErrorCodes.TokenInvalid;
  if (error instanceof DiscordAPIError) return error.status === 401;
  return error instanceof Error && error.message === 'Authentication failed';
}

function ignore(): void {}
