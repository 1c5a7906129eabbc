import { GatewayCloseCodes, GatewayDispatchEvents, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { GatewayClient, TwinGateway } from './twin-inside.ts';

type Dispatch = { t: string; d: unknown };
type Received = { op: number; d: { session_id?: string; seq?: number; intents?: number } | number | null };

/** One session of a bot; events of a session whose connection was lost wait here for its resumption. */
interface Session {
  events: (Dispatch & { s: number })[];
  client: GatewayClient | null;
  intents: number;
}

/**
 * Ours, on top of the twin's gateway: sessions that can be resumed, intents, held, shuffled and repeated events, close
 * codes, silence, a count of IDENTIFY. Hello, IDENTIFY, READY, guilds and every event's payload stay the twin's.
 */
export function putOnTopOfGateway(gateway: TwinGateway, options: { heartbeatIntervalMs: number }) {
  const sessions = new Map<string, Session>();
  const seen = { identifies: 0, resumes: 0, refusedResumes: 0, intents: 0, heartbeats: 0, connections: 0 };
  const state = { silent: false, refuseResumes: false, closeNextIdentify: [] as number[] };
  let held: Dispatch[] | null = null;

  const sendTo = gateway.sendDispatch.bind(gateway);
  gateway.sendDispatch = (client, event, data) => {
    const session = sessions.get(client.sessionId) ?? { events: [], client, intents: client.intents };
    sessions.set(client.sessionId, session);
    if (!wanted(session.intents, event, data)) return;
    sendTo(client, event, data);
    session.events.push({ t: event, d: data, s: client.sequence });
  };

  const toAll = gateway.broadcast.bind(gateway);
  const broadcast = (event: string, data: unknown): void => {
    toAll(event, data);
    for (const session of sessions.values()) {
      if (session.client !== null || !wanted(session.intents, event, data)) continue;
      session.events.push({ t: event, d: data, s: (session.events.at(-1)?.s ?? 0) + 1 });
    }
  };

  gateway.sendHello = (client) =>
    gateway.send(client, {
      op: GatewayOpcodes.Hello,
      d: { heartbeat_interval: options.heartbeatIntervalMs },
      s: null,
      t: null,
    });

  const resume = (client: GatewayClient, sessionId: string, after: number): void => {
    const session = sessions.get(sessionId);
    seen.resumes += 1;
    if (state.refuseResumes || session === undefined) {
      seen.refusedResumes += 1;
      gateway.send(client, { op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null });
      return;
    }
    Object.assign(client, { sessionId, identified: true, intents: session.intents });
    session.client = client;
    for (const { t, d, s } of session.events) {
      if (s > after) gateway.send(client, { op: GatewayOpcodes.Dispatch, t, d, s });
    }
    client.sequence = session.events.at(-1)?.s ?? after;
    gateway.sendDispatch(client, GatewayDispatchEvents.Resumed, {});
  };

  const connected = gateway.handleConnection.bind(gateway);
  gateway.wss.removeAllListeners('connection');
  gateway.wss.on('connection', (socket) => {
    seen.connections += 1;
    connected(socket);
    const client = gateway.clients.at(-1);
    const [twinHears] = socket.listeners('message');
    if (client === undefined || twinHears === undefined) throw new Error('the twin took the connection differently');
    socket.removeAllListeners('message');
    socket.on('message', (raw: Buffer) => {
      const { op, d } = JSON.parse(raw.toString()) as Received;
      if (op === GatewayOpcodes.Heartbeat) {
        seen.heartbeats += 1;
        if (state.silent) return;
      }
      if (op === GatewayOpcodes.Resume && typeof d === 'object' && d !== null) {
        resume(client, d.session_id ?? '', d.seq ?? 0);
        return;
      }
      if (op === GatewayOpcodes.Identify && typeof d === 'object' && d !== null) {
        seen.identifies += 1;
        seen.intents = d.intents ?? 0;
        const code = state.closeNextIdentify.shift();
        if (code !== undefined) return socket.close(code, GatewayCloseCodes[code]);
        if ((seen.intents & PRIVILEGED) !== 0) return socket.close(GatewayCloseCodes.DisallowedIntents);
      }
      Reflect.apply(twinHears, socket, [raw]);
    });
    socket.on('close', () => {
      for (const session of sessions.values()) if (session.client === client) session.client = null;
    });
  });

  return {
    seen,
    /** To every bot, now or when `release` says so. */
    broadcast(event: string, data: unknown): void {
      if (held === null) broadcast(event, data);
      else held.push({ t: event, d: data });
    },
    /** Events wait until `release`. */
    hold(): void {
      held ??= [];
    },
    /** Sends what was held in the order that `arrange` makes of it: shuffled, repeated. */
    release(arrange: (events: Dispatch[]) => Dispatch[] = (events) => events): void {
      const events = held ?? [];
      held = null;
      for (const { t, d } of arrange(events)) broadcast(t, d);
    },
    /** The next IDENTIFY is answered by closing with this code, as 4004 (token refused). */
    closeNextIdentify: (code: number) => void state.closeNextIdentify.push(code),
    refuseResumes: (refuse: boolean) => void (state.refuseResumes = refuse),
    /** No heartbeat is acknowledged any more: a connection that is dead without being closed. */
    silence: (silent: boolean) => void (state.silent = silent),
    /** Ends every connection: with a close code, or without a word. */
    disconnect(code: number | null = null): void {
      for (const { ws } of [...gateway.clients]) {
        if (code === null) ws.terminate();
        else ws.close(code);
      }
    },
    /** Bots that are past READY or RESUMED. */
    ready: () => gateway.clients.filter((client) => client.identified).length,
  };
}

export type GatewayOnTop = ReturnType<typeof putOnTopOfGateway>;

const PRIVILEGED = GatewayIntentBits.MessageContent | GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences;

function wanted(intents: number, event: string, data: unknown): boolean {
  if (!event.startsWith('MESSAGE_')) return true;
  const inGuild = typeof data === 'object' && data !== null && 'guild_id' in data && Boolean(data.guild_id);
  return (intents & (inGuild ? GatewayIntentBits.GuildMessages : GatewayIntentBits.DirectMessages)) !== 0;
}
