import type { APIMessage } from 'discord-api-types/v10';
import type { ReplyMessage } from '../../domain/discord/reply-view.ts';
import { snowflakeAt } from '../../domain/discord/snowflake.ts';
import { ReplyRefused, type MessagePlatform } from '../../ports/replies.ts';
import type { DiscordCall } from './discord-rest.ts';
import { hasLinks, toEditBody, toPostBody } from './to-message-body.ts';

/** Their clock and ours may differ by this much. */
const CLOCK_MARGIN_MS = 60_000;
const PAGE = 100;
/** Of messages that are looked through for one of ours. */
const MAX_PAGES = 10;

type Found = Pick<APIMessage, 'id' | 'author' | 'message_reference'>;

/** Direct messages of Discord, through REST alone: workers hold no connection to its gateway. */
export function createDiscordPlatform(call: DiscordCall): MessagePlatform {
  return {
    async post(message, { channel, replyTo, nonce }) {
      const send = (links?: 'text') =>
        call('POST', channel, '/messages', { body: toPostBody(message, { replyTo, nonce }, links) });
      const { id } = (await withoutLinkButtons(message, send)) as Pick<APIMessage, 'id'>;
      return id;
    },

    async edit(message, { channel, messageId }) {
      const send = (links?: 'text') =>
        call('PATCH', channel, `/messages/${messageId}`, { body: toEditBody(message, links) });
      await withoutLinkButtons(message, send);
    },

    async find({ channel, replyTo, since, known }) {
      let after = laterOf(replyTo, snowflakeAt(since.getTime() - CLOCK_MARGIN_MS));
      for (let page = 1; page <= MAX_PAGES; page++) {
        const query = { after, limit: String(PAGE) };
        const messages = (await call('GET', channel, '/messages', { query })) as Found[];
        const own = messages.filter((each) => isOurs(each, replyTo) && !known.includes(each.id));
        const [oldest] = own.map(({ id }) => id).sort(bySnowflake);
        if (oldest !== undefined) return oldest;
        if (messages.length < PAGE) return null;
        after = messages.map(({ id }) => id).reduce(laterOf);
      }
      return null;
    },
  };
}

/** In a direct message the only bot is us. */
function isOurs({ author, message_reference: reference }: Found, replyTo: string): boolean {
  return author.bot === true && reference?.message_id === replyTo;
}

/** Discord takes no button with an address that only this machine knows; such an address still helps as text. */
async function withoutLinkButtons(message: ReplyMessage, send: (links?: 'text') => Promise<unknown>): Promise<unknown> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ReplyRefused) || error.kind !== 'invalid' || !hasLinks(message)) throw error;
    return send('text');
  }
}

const laterOf = (one: string, other: string) => (BigInt(one) > BigInt(other) ? one : other);
const bySnowflake = (one: string, other: string) => (BigInt(one) < BigInt(other) ? -1 : 1);
