import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayDispatchEvents, InteractionType, type APIMessage } from 'discord-api-types/v10';
import { DigitalDiscord, generateSnowflake } from 'discord-digital-twin';
import { until } from '../until.ts';
import { createFaults } from './faults.ts';
import { putOnTopOfGateway } from './gateway-on-top.ts';
import { createLedger, type LedgerInteraction } from './ledger.ts';
import { createRestOnTop } from './rest-on-top.ts';
import { insideOf } from './twin-inside.ts';

/** Discord's own is 41 s. */
const HEARTBEAT_MS = 41_250;

export interface DiscordPerson {
  userId: string;
  /** Their DM channel with the bot. */
  channelId: string;
  name: string;
  locale: string;
}

type CommandOption = { name: string; type: number; value: string; focused?: boolean };
type Place = { channelId: string; guildId?: string };

/**
 * A Discord for tests: the independent `discord-digital-twin` (gateway, messages, interactions, guilds), and ours on
 * top of it (rest-on-top.ts, gateway-on-top.ts, faults.ts): DMs, tokens, nonces, faults, resumption, ephemeral messages,
 * and a ledger of everything that was sent and seen.
 */
export async function startDiscordPeer(options: { heartbeatIntervalMs?: number; identifyLimit?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'panager-discord-'));
  const twin = new DigitalDiscord({
    dbUrl: `file:${join(folder, 'twin.db')}`,
    botUser: { username: 'panager' },
    botToken: `twin-${generateSnowflake()}`,
    guild: { name: 'A server' },
    channels: [{ name: 'general', type: 0 }],
  });
  await twin.start();
  const parts = insideOf(twin);
  const ledger = createLedger(twin.botUserId);
  const faults = createFaults();
  const gateway = putOnTopOfGateway(parts.gateway, {
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? HEARTBEAT_MS,
  });
  const closedDms = new Set<string>();
  const sockets = new Set<Socket>();
  const mounts: ((request: IncomingMessage, response: ServerResponse) => boolean)[] = [];
  let origin = '';
  let lost = false;
  let refused = 0;

  const limit = { total: 1000, remaining: options.identifyLimit ?? 1000, resetAfterMs: 14_400_000 };
  const rest = createRestOnTop({
    ...{ twin, ledger, faults, closedDms },
    mounted: (request, response) => mounts.some((mount) => mount(request, response)),
    gatewayUrl: () => `${origin.replace('http', 'ws')}/gateway`,
    sessionLimit: () => ({
      total: limit.total,
      remaining: Math.max(0, limit.remaining - gateway.seen.identifies),
      reset_after: limit.resetAfterMs,
    }),
  });

  // Every event of the twin passes here, before the answer to the request that caused it.
  parts.gateway.broadcast = (event, data) => {
    const payload = asInDm(data);
    if (event === GatewayDispatchEvents.MessageCreate || event === GatewayDispatchEvents.MessageUpdate) {
      const message = payload as unknown as APIMessage;
      ledger.sawMessage(message);
      if (((message.flags ?? 0) & 64) !== 0) return;
    }
    if (event === GatewayDispatchEvents.MessageDelete) ledger.sawDeletion(String(payload['id']));
    if (event === GatewayDispatchEvents.InteractionCreate) {
      const id = String(payload['id']);
      const { user, member } = payload as { user?: { id: string }; member?: { user: { id: string } } };
      const userId = (user ?? member?.user)?.id ?? '';
      ledger.interactions.set(id, {
        ...{ id, userId, at: Date.now() },
        ...{ acknowledgedAfter: null, callback: null, messageId: null },
      });
    }
    gateway.broadcast(event, payload);
  };

  rest.server.on('connection', (socket: Socket) => {
    if (lost) {
      refused += 1;
      return socket.destroy();
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  rest.server.on('upgrade', (request, socket, head) => parts.httpServer.emit('upgrade', request, socket, head));
  await new Promise<void>((resolve) => rest.server.listen(0, '127.0.0.1', resolve));
  const { port } = rest.server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  parts.gateway.port = port;
  const channel = await twin.prisma.channel.findFirstOrThrow({ where: { guildId: twin.guildId } });

  async function interact(
    type: InteractionType,
    person: DiscordPerson,
    { channelId, guildId }: Place,
    data: Record<string, unknown>,
    messageId?: string,
  ): Promise<string> {
    const user = {
      id: person.userId,
      username: person.name,
      discriminator: '0',
      avatar: null,
      global_name: person.name,
    };
    const { id } = await twin.simulateInteraction({
      ...{ type, channelId, userId: person.userId, guildId: guildId ?? '' },
      ...(messageId === undefined ? {} : { messageId }),
      data: { ...data, [AS_PERSON]: { user, locale: person.locale } },
    });
    return id;
  }

  const peer = {
    /** As `DISCORD_API_URL`. */
    apiUrl: `${origin}/api`,
    origin,
    token: twin.botToken,
    botUserId: twin.botUserId,
    guildId: twin.guildId,
    guildChannelId: channel.id,
    ledger,
    faults,
    gateway,
    limit,
    commands: rest.commands,
    forgetNonces: rest.forgetNonces,
    /** Gets every HTTP request before the API does; true when it answered. */
    mount: (handler: (request: IncomingMessage, response: ServerResponse) => boolean) => void mounts.push(handler),

    async addPerson(name = 'minji', person: { locale?: string; bot?: boolean } = {}): Promise<DiscordPerson> {
      const [userId, channelId] = [generateSnowflake(), generateSnowflake()];
      await twin.prisma.user.create({
        data: { id: userId, username: name, globalName: name, bot: person.bot ?? false },
      });
      await twin.prisma.channel.create({ data: { id: channelId, type: 1, ownerId: userId } });
      return { userId, channelId, name, locale: person.locale ?? 'ko' };
    },
    async joinServer(person: DiscordPerson): Promise<void> {
      await twin.prisma.guildMember.create({ data: { guildId: twin.guildId, userId: person.userId } });
    },
    /** The person writes to the bot, or in a channel of the server. Returns the message's id. */
    async say(person: DiscordPerson, content: string, place: Place = person): Promise<string> {
      const { id } = await twin.simulateUserMessage({ channelId: place.channelId, userId: person.userId, content });
      return id;
    },
    async editOwn(person: DiscordPerson, messageId: string, content: string): Promise<void> {
      await twin.simulateUserMessageEdit({ messageId, channelId: person.channelId, content });
    },
    /** The person no longer takes messages: 50007. */
    closeDms: (person: DiscordPerson) => void closedDms.add(person.channelId),
    openDms: (person: DiscordPerson) => void closedDms.delete(person.channelId),

    /** Presses a button that the message shows now; `stale` presses one that it showed before. */
    async press(person: DiscordPerson, messageId: string, customId: string, stale = false): Promise<string> {
      const message = ledger.message(messageId);
      if (message === null) throw new Error(`nobody saw a message ${messageId}`);
      const shown = stale ? message.versions.map((version) => version.components) : [message.components];
      if (!JSON.stringify(shown).includes(JSON.stringify(customId))) throw new Error(`no button ${customId} to press`);
      const guildId = message.channelId === channel.id ? twin.guildId : undefined;
      const place = { channelId: message.channelId, ...(guildId === undefined ? {} : { guildId }) };
      const data = { custom_id: customId, component_type: 2 };
      return interact(InteractionType.MessageComponent, person, place, data, messageId);
    },
    /** `/name`, in the DM or elsewhere. Fails when no such command is registered. */
    async command(person: DiscordPerson, name: string, given: CommandOption[] = [], place: Place = person) {
      return interact(InteractionType.ApplicationCommand, person, place, commandData(name, given));
    },
    async autocomplete(person: DiscordPerson, name: string, given: CommandOption[], place: Place = person) {
      return interact(InteractionType.ApplicationCommandAutocomplete, person, place, commandData(name, given));
    },
    /** Waits until an interaction is acknowledged. */
    acknowledged: (id: string, timeoutMs = 30_000): Promise<LedgerInteraction> =>
      until(
        'the interaction is acknowledged',
        async () => {
          const found = ledger.interactions.get(id);
          return found !== undefined && found.acknowledgedAfter !== null ? found : null;
        },
        timeoutMs,
      ),
    /** Waits for the bot's `count`th message in a channel. */
    botMessages: (channelId: string, count: number, timeoutMs = 30_000) =>
      until(
        `${count} messages of the bot`,
        async () => {
          const found = ledger.fromBot(channelId);
          return found.length >= count ? found : null;
        },
        timeoutMs,
      ),

    /** Discord cannot be reached until `restoreNetwork`: connections break and new ones are closed at once. */
    loseNetwork(): void {
      lost = true;
      for (const socket of sockets) socket.destroy();
    },
    restoreNetwork: () => void (lost = false),
    /** Connections that were tried while the network was lost. */
    refused: () => refused,

    async stop(): Promise<void> {
      gateway.disconnect();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => rest.server.close(resolve));
      parts.httpServer.closeAllConnections();
      await twin.stop();
      await twin.prisma.$disconnect();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return peer;

  function commandData(name: string, given: CommandOption[]) {
    const command = rest.commands().find((known) => known.name === name);
    if (command === undefined) throw new Error(`no command /${name} is registered`);
    return { id: command.id, name, type: 1, options: given };
  }
}

export type DiscordPeer = Awaited<ReturnType<typeof startDiscordPeer>>;

const AS_PERSON = 'panager:person';

/** The twin knows servers only: an event without one is a DM's, and names its user at the top. */
function asInDm(data: unknown): Record<string, unknown> {
  const { guild_id, ...payload } = data as Record<string, unknown>;
  const inGuild = typeof guild_id === 'string' && guild_id !== '';
  const { [AS_PERSON]: as, ...given } = (payload['data'] ?? {}) as { [AS_PERSON]?: { user: object; locale: string } };
  if (as === undefined) return { ...payload, ...(inGuild ? { guild_id } : { channel_type: 1 }) };
  const place = inGuild ? { guild_id, context: 0 } : { user: as.user, member: undefined, context: 1 };
  const message = payload['message'] as Record<string, unknown> | undefined;
  return {
    ...{ ...payload, ...place, data: given, locale: as.locale },
    ...(message === undefined ? {} : { message: asInDm(message) }),
  };
}
