import { MessageFlags, type APIMessage, type APIMessageTopLevelComponent } from 'discord-api-types/v10';

export interface LedgerRequest {
  at: number;
  method: string;
  /** Without `/api/v10` and without the query. */
  path: string;
  query: string;
  body: unknown;
  /** Null while it is not answered, and for ever when its answer was lost. */
  status: number | null;
  fault: string | null;
  violations: string[];
}

export interface LedgerMessage {
  id: string;
  channelId: string;
  authorId: string;
  content: string;
  components: APIMessageTopLevelComponent[];
  flags: number;
  /** Seen by one person only, gone when they reload. */
  ephemeral: boolean;
  nonce: string | null;
  repliesTo: string | null;
  deleted: boolean;
  /** Every state in which it was seen, the first one too. */
  versions: { at: number; content: string; components: APIMessageTopLevelComponent[] }[];
}

export interface LedgerInteraction {
  id: string;
  userId: string;
  at: number;
  /** Milliseconds until it was acknowledged; null when it was not. */
  acknowledgedAfter: number | null;
  /** Body of the acknowledgement. */
  callback: { type: number; data?: Record<string, unknown> | null } | null;
  /** The message that answered it: its own, or the one it was pressed on. */
  messageId: string | null;
}

/** Everything that anybody did or saw (ours). */
export function createLedger(botUserId: string) {
  const requests: LedgerRequest[] = [];
  const messages = new Map<string, LedgerMessage>();
  /** As the gateway told them last. */
  const told = new Map<string, APIMessage>();
  const interactions = new Map<string, LedgerInteraction>();
  const all = () => [...messages.values()];

  return {
    requests,
    interactions,
    /** Requests to a route of the API. */
    requestsTo: (method: string, path: RegExp) =>
      requests.filter((request) => request.method === method && path.test(request.path)),
    message: (id: string): LedgerMessage | null => messages.get(id) ?? null,
    /** What stands in a channel now, oldest first: everybody's messages. */
    channel: (channelId: string) => all().filter((message) => message.channelId === channelId && !message.deleted),
    /** The bot's own that everybody in the channel sees. */
    fromBot: (channelId: string) =>
      all().filter((m) => m.channelId === channelId && m.authorId === botUserId && !m.deleted && !m.ephemeral),
    /** A page of a channel as Discord lists it: newest first, of those after `after` the oldest, at most 100. */
    page(
      channelId: string,
      { after, before, limit }: { after?: string; before?: string; limit: number },
    ): APIMessage[] {
      const found = all()
        .filter((m) => m.channelId === channelId && !m.deleted && !m.ephemeral)
        .map(({ id }) => ({ number: BigInt(id), message: told.get(id)! }))
        .filter(({ number }) => (after === undefined || number > BigInt(after)) && (!before || number < BigInt(before)))
        .sort((one, other) => (one.number < other.number ? -1 : 1));
      const most = Math.min(limit, 100);
      return (after === undefined ? found.slice(-most) : found.slice(0, most)).map(({ message }) => message).reverse();
    },
    ephemeral: (channelId: string) => all().filter((m) => m.channelId === channelId && m.ephemeral && !m.deleted),
    /** Everything the official schemas have against what was sent. */
    violations: () => requests.flatMap((request) => request.violations),
    /** Answers that count towards Discord's ban of an address: 10,000 in 10 minutes. */
    invalidRequests: () =>
      requests.filter(
        ({ status, fault }) => status === 401 || status === 403 || (status === 429 && fault !== 'rateLimited shared'),
      ).length,

    sawMessage(message: APIMessage): void {
      const at = Date.now();
      const { content, components = [], flags = 0 } = message;
      told.set(message.id, message);
      const known = messages.get(message.id);
      if (known !== undefined) {
        known.versions.push({ at, content, components });
        Object.assign(known, { content, components, flags });
        return;
      }
      messages.set(message.id, {
        id: message.id,
        channelId: message.channel_id,
        authorId: message.author.id,
        content,
        components,
        flags,
        ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
        nonce: message.nonce === undefined ? null : String(message.nonce),
        repliesTo: message.message_reference?.message_id ?? null,
        deleted: false,
        versions: [{ at, content, components }],
      });
    },
    sawDeletion(id: string): void {
      const known = messages.get(id);
      if (known !== undefined) known.deleted = true;
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
