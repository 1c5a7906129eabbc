import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MessageFlags, type APIApplicationCommand, type APIMessage } from 'discord-api-types/v10';
import type { DigitalDiscord } from 'discord-digital-twin';
import { bodyViolations } from './body-schemas.ts';
import { answerFault, sendJson, type Faults } from './faults.ts';
import type { Ledger, LedgerRequest } from './ledger.ts';

/** Discord accepts the first answer to an interaction for 3 s. */
const INTERACTION_MS = 3_000;
const API = /^\/api(?:\/v10)?(?=\/)/;
const CREATE = /^\/channels\/(\d+)\/messages$/;
const CHANNEL = /^\/channels\/(\d+)$/;
const COMMANDS = /^\/applications\/\d+\/commands$/;
const CALLBACK = /^\/interactions\/(\d+)\/([^/]+)\/callback$/;
const ORIGINAL = /^\/webhooks\/\d+\/([^/]+)\/messages\/(?:@|%40)original$/;

export interface RestOnTopOptions {
  twin: DigitalDiscord;
  ledger: Ledger;
  faults: Faults;
  /** Gets every request first; true when it answered (sign-in lives at the same address). */
  mounted: (request: IncomingMessage, response: ServerResponse) => boolean;
  gatewayUrl: () => string;
  sessionLimit: () => { total: number; remaining: number; reset_after: number };
  closedDms: ReadonlySet<string>;
}

type Answer = { status: number; body: unknown; headers?: Headers };

/**
 * Ours, in front of the twin's REST: tokens are checked, bodies are held against the official schemas, nonces are
 * enforced, DM channels exist, pages of messages are Discord's, commands keep their localisations, ephemeral messages are nobody else's, interactions
 * expire, planned faults happen. Everything else is the twin's answer.
 */
export function createRestOnTop(options: RestOnTopOptions) {
  const { twin, ledger, faults } = options;
  const nonces = new Map<string, Promise<Answer>>();
  let commands: APIApplicationCommand[] = [];

  async function toTwin(method: string, path: string, query: string, body: unknown): Promise<Answer> {
    const response = await fetch(`${twin.restUrl}/v10${path}${query}`, {
      method,
      ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  }

  /** The same nonce in the same channel is the same message, also when the first is still under way. */
  async function createMessage(entry: LedgerRequest, channelId: string, body: Record<string, unknown>) {
    if (options.closedDms.has(channelId)) return error(403, 50007, 'Cannot send messages to this user');
    const create = () => toTwin('POST', entry.path, '', body);
    if (body['enforce_nonce'] !== true) return create();
    const key = `${channelId} ${String(body['nonce'])}`;
    const known = nonces.get(key);
    if (known !== undefined) return known;
    const made = create();
    nonces.set(key, made);
    return made;
  }

  async function answerInteraction(entry: LedgerRequest, id: string, body: unknown): Promise<Answer> {
    const interaction = ledger.interactions.get(id);
    if (interaction === undefined) return error(404, 10062, 'Unknown interaction');
    const after = Date.now() - interaction.at;
    if (after > INTERACTION_MS) return error(404, 10062, 'Unknown interaction');
    const answer = await toTwin('POST', entry.path, '', body);
    if (answer.status < 300) {
      interaction.acknowledgedAfter = after;
      interaction.callback = body as NonNullable<typeof interaction.callback>;
      const row = await twin.prisma.interactionResponse.findUnique({ where: { interactionId: id } });
      interaction.messageId = row?.messageId ?? null;
    }
    return answer;
  }

  /** A deferred ephemeral answer becomes its message by the first edit: the twin forgets that it was ephemeral. */
  async function editOriginal(entry: LedgerRequest, token: string, body: Record<string, unknown>): Promise<Answer> {
    const where = { interactionToken: token };
    const row = await twin.prisma.interactionResponse.findUnique({ where });
    const deferred = JSON.parse(row?.data ?? 'null') as { flags?: number } | null;
    const ephemeral = row?.type === 5 && ((deferred?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const flags = (typeof body['flags'] === 'number' ? body['flags'] : 0) | (ephemeral ? MessageFlags.Ephemeral : 0);
    const answer = await toTwin('PATCH', entry.path, entry.query, { ...body, ...(flags > 0 ? { flags } : {}) });
    const interaction = row === null ? undefined : ledger.interactions.get(row.interactionId);
    if (interaction !== undefined && answer.status < 300) interaction.messageId = (answer.body as APIMessage).id;
    return answer;
  }

  async function putCommands(entry: LedgerRequest, body: APIApplicationCommand[]): Promise<Answer> {
    const answer = await toTwin('PUT', entry.path, '', body);
    const made = answer.body as APIApplicationCommand[];
    commands = body.map((command, index) => ({ ...made[index]!, ...command, id: made[index]!.id }));
    return { ...answer, body: commands };
  }

  /** The twin looks up each author by itself, which is slow in a long channel, and sorts the other way. */
  async function getMessages(entry: LedgerRequest, channelId: string): Promise<Answer> {
    const channel = await twin.prisma.channel.findUnique({ where: { id: channelId } });
    if (channel === null) return error(404, 10003, 'Unknown Channel');
    const { after, before, limit } = Object.fromEntries(new URLSearchParams(entry.query));
    const page = ledger.page(channelId, {
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      limit: Number(limit ?? 50),
    });
    return { status: 200, body: page };
  }

  async function openDm(body: Record<string, unknown>): Promise<Answer> {
    const id = String(body['recipient_id']);
    const channel = await twin.prisma.channel.findFirst({ where: { type: 1, ownerId: id } });
    if (channel === null) return error(400, 50033, 'Invalid Recipient(s)');
    return { status: 200, body: await dmChannel(channel.id, id) };
  }

  async function dmChannel(id: string, recipientId: string) {
    const user = await twin.prisma.user.findUniqueOrThrow({ where: { id: recipientId } });
    const recipient = { id: user.id, username: user.username, discriminator: '0', avatar: null };
    return {
      id,
      type: 1,
      flags: 0,
      last_message_id: null,
      recipients: [{ ...recipient, global_name: user.globalName }],
    };
  }

  async function getChannel(entry: LedgerRequest, id: string): Promise<Answer> {
    const channel = await twin.prisma.channel.findUnique({ where: { id } });
    if (channel?.type !== 1 || channel.ownerId === null) return toTwin('GET', entry.path, '', null);
    return { status: 200, body: await dmChannel(id, channel.ownerId) };
  }

  async function answer(entry: LedgerRequest): Promise<Answer> {
    const { method, path, query } = entry;
    const body = (entry.body ?? {}) as Record<string, unknown>;
    const part = (pattern: RegExp, index = 1) => pattern.exec(path)?.[index] ?? '';
    if (entry.violations.length > 0) return error(400, 50035, `Invalid Form Body: ${entry.violations.join('; ')}`);
    if (method === 'GET' && path === '/gateway/bot') {
      const limit = { ...options.sessionLimit(), max_concurrency: 1 };
      return { status: 200, body: { url: options.gatewayUrl(), shards: 1, session_start_limit: limit } };
    }
    if (method === 'POST' && CREATE.test(path)) return createMessage(entry, part(CREATE), body);
    if (method === 'GET' && CREATE.test(path)) return getMessages(entry, part(CREATE));
    if (method === 'GET' && CHANNEL.test(path)) return getChannel(entry, part(CHANNEL));
    if (method === 'POST' && path === '/users/@me/channels') return openDm(body);
    if (method === 'PUT' && COMMANDS.test(path)) return putCommands(entry, entry.body as APIApplicationCommand[]);
    if (method === 'GET' && COMMANDS.test(path)) {
      const localized = query.includes('with_localizations=true');
      return { status: 200, body: localized ? commands : commands.map(withoutLocalizations) };
    }
    if (method === 'POST' && CALLBACK.test(path)) return answerInteraction(entry, part(CALLBACK), entry.body);
    if (method === 'PATCH' && ORIGINAL.test(path)) return editOriginal(entry, part(ORIGINAL), body);
    return toTwin(method, path, query, entry.body);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://discord');
    const path = pathname.replace(API, '');
    const method = request.method ?? 'GET';
    const text = await readAll(request);
    const body: unknown = text === '' ? null : JSON.parse(text);
    const violations = bodyViolations(method, path, body);
    const entry: LedgerRequest = {
      ...{ at: Date.now(), method, path, query: search, body },
      ...{ status: null, fault: null, violations },
    };
    ledger.requests.push(entry);

    const open = path.startsWith('/interactions/') || path.startsWith('/webhooks/');
    if (!open && request.headers.authorization !== `Bot ${twin.botToken}`) {
      entry.status = sendJson(response, 401, { message: '401: Unauthorized', code: 0 });
      return;
    }
    const fault = faults.take(method, path);
    if (fault !== null) {
      entry.fault = fault.kind === 'rateLimited' ? `${fault.kind} ${fault.scope}` : fault.kind;
      if (fault.kind === 'hang') return;
      entry.status = answerFault(response, fault);
      if (entry.status !== null) return;
      if (fault.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    }
    const result = await answer(entry);
    if (fault?.kind === 'hangAfter') return;
    if (fault?.kind === 'lostAnswer') {
      response.destroy();
      return;
    }
    for (const [name, value] of result.headers ?? []) {
      if (name.startsWith('x-ratelimit')) response.setHeader(name, value);
    }
    entry.status = result.status;
    if (result.body === null) response.writeHead(result.status).end();
    else sendJson(response, result.status, result.body);
  }

  const server: Server = createServer((request, response) => {
    if (options.mounted(request, response)) return;
    serve(request, response).catch((failure: unknown) => {
      process.stderr.write(`the Discord peer failed: ${String(failure)}\n`);
      if (!response.headersSent) sendJson(response, 500, { message: 'the peer failed', code: 0 });
    });
  });
  return {
    server,
    /** As after some minutes: Discord remembers a nonce no longer. */
    forgetNonces: () => nonces.clear(),
    commands: () => commands,
  };
}

const error = (status: number, code: number, message: string): Answer => ({ status, body: { code, message } });

function withoutLocalizations(command: APIApplicationCommand): APIApplicationCommand {
  const { name_localizations: _names, description_localizations: _descriptions, ...rest } = command;
  return rest;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
