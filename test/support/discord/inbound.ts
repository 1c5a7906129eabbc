import type { Logger } from '../../../src/logger.ts';
import { createConversations } from '../../../src/providers/postgres/conversations.ts';
import { createConnectionReader } from '../../../src/providers/postgres/connection-reader.ts';
import { createPeople } from '../../../src/providers/postgres/people.ts';
import { startDiscord, type Discord, type DiscordOptions } from '../../../src/discord/start-discord.ts';
import type { Heart } from '../heart.ts';
import type { DiscordPeer } from './peer.ts';

export const PUBLIC_URL = 'http://localhost:8000';

/** The inbound half of Discord in this process, on real rows, against the peer. */
export function startInbound(heart: Heart, peer: DiscordPeer, given: Partial<DiscordOptions> = {}) {
  const lines: string[] = [];
  const write = (level: string) => (fields: object | string, message?: string) =>
    void lines.push(`${level}: ${typeof fields === 'string' ? fields : (message ?? '')}`);
  const logger: Logger = {
    ...{ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    child: () => logger,
  };
  const discord: Discord = startDiscord({
    ...{ token: peer.token, apiUrl: peer.apiUrl, gatewayUrl: null, publicUrl: PUBLIC_URL },
    ...{ providers: ['google'], emulated: [], logger },
    people: createPeople(heart.pools.gateway),
    conversations: createConversations(heart.pools.gateway),
    intake: heart.intake,
    requests: heart.requests,
    connections: createConnectionReader(heart.pools.gateway),
    consent: heart.consent,
    isServed: () => Promise.resolve(true),
    pokeOutbox: () => undefined,
    ...given,
    // Nothing runs workflows here: without a word of the test no request is late.
    pauses: { identifySpacingMs: 100, firstPauseMs: 100, lateAfterMs: 600_000, ...given.pauses },
  });
  return { ...discord, lines };
}

export type Inbound = ReturnType<typeof startInbound>;

/** Texts of the requests of a channel, in the order in which they were stored. */
export async function requestTexts(heart: Heart, channel: string): Promise<string[]> {
  const { rows } = await heart.pools.owner.query<{ text: string }>(
    `SELECT r.text FROM request r JOIN conversation c ON c.id = r.conversation_id
     WHERE c.platform = 'discord' AND c.channel = $1::text ORDER BY r.created_at, r.id`,
    [channel],
  );
  return rows.map(({ text }) => text);
}
