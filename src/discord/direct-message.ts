import { MessageType, type APIMessage, type GatewayMessageCreateDispatchData } from 'discord.js';

/** What a person wrote to the bot, as the gateway and the REST API both tell it. */
export interface DirectMessage {
  /** Ids grow with time: what is newer has the larger one. */
  id: string;
  channel: string;
  author: { id: string; name: string };
  /** Empty when there are no words: a picture, a sticker. */
  text: string;
}

/** Null for what is no message of a person to us: servers, bots, ourselves, system messages. */
export function directMessageOf(message: APIMessage | GatewayMessageCreateDispatchData): DirectMessage | null {
  const { id, author, type, channel_id: channel, content } = message;
  const inServer = 'guild_id' in message && message.guild_id !== undefined;
  if (inServer || author.bot === true || author.system === true) return null;
  if (type !== MessageType.Default && type !== MessageType.Reply) return null;
  // What Postgres cannot store must not keep the rest of a channel waiting.
  const text = content.replaceAll('\0', '').toWellFormed().trim();
  return { id, channel, author: { id: author.id, name: author.global_name ?? author.username }, text };
}

export function isNewer(id: string, than: string): boolean {
  return BigInt(id) > BigInt(than);
}

export const older = (one: string, other: string): string => (isNewer(one, other) ? other : one);
