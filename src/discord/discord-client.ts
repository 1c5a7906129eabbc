import { Client, GatewayIntentBits, Options, Partials, SimpleShardingStrategy } from 'discord.js';
import type { IdentifyBudget, SessionLimit } from './identify-budget.ts';
import { createIdentifyBudget } from './identify-budget.ts';
import type { ReconnectGate } from './reconnect-gate.ts';

const REST_TIMEOUT_MS = 15_000;
const REST_RETRIES = 2;

export interface DiscordClientOptions {
  /** As `https://discord.com/api`. Null: that one. */
  apiUrl: string | null;
  /** Null: the one that the API names. */
  gatewayUrl: string | null;
  gate: ReconnectGate;
  onBudgetEmpty: (resetAfterMs: number) => void;
  identifySpacingMs?: number;
}

/**
 * A discord.js client for direct messages, buttons and commands. Its one intent is `DirectMessages`: neither the privileged
 * intent for message content nor any of servers is needed, because Discord sends bots the content of direct messages, and
 * interactions of every place, without. It keeps no messages: what counts is in our rows.
 */
export function createDiscordClient(options: DiscordClientOptions): Client {
  const { apiUrl, gatewayUrl, gate } = options;
  return new Client({
    intents: [GatewayIntentBits.DirectMessages],
    // The channel of a direct message is never announced before its first message.
    partials: [Partials.Channel],
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0, UserManager: 100 }),
    allowedMentions: { parse: [] },
    rest: { ...(apiUrl === null ? {} : { api: apiUrl }), timeout: REST_TIMEOUT_MS, retries: REST_RETRIES },
    ws: {
      buildStrategy: (manager) => {
        // The one place that is asked before every connection: discord.js has no pauses between tries of its own.
        const { retrieveSessionInfo } = manager.options;
        manager.options.retrieveSessionInfo = async (shard) => {
          await gate.pass();
          return retrieveSessionInfo(shard);
        };
        const fetchInformation = manager.fetchGatewayInformation.bind(manager);
        manager.fetchGatewayInformation = async (force) => {
          const information = await fetchInformation(force);
          return gatewayUrl === null ? information : { ...information, url: gatewayUrl };
        };
        return new SimpleShardingStrategy(manager);
      },
      buildIdentifyThrottler: (manager) => {
        const limit = async (): Promise<SessionLimit> => {
          const { session_start_limit: left } = await manager.fetchGatewayInformation(true);
          return { remaining: left.remaining, resetAfter: left.reset_after };
        };
        const budget: IdentifyBudget = createIdentifyBudget({
          ...{ limit, onEmpty: options.onBudgetEmpty },
          ...(options.identifySpacingMs === undefined ? {} : { spacingMs: options.identifySpacingMs }),
        });
        return Promise.resolve({ waitForIdentify: (_shard, signal) => budget.waitForIdentify(signal) });
      },
    },
  });
}
