import type { Server } from 'node:http';
import type { DigitalDiscord, DiscordGateway } from 'discord-digital-twin';

export type GatewayClient = DiscordGateway['clients'][number];

/** What we take hold of inside the twin (0.1.1): it has no public place for it, and its types hide it. */
export interface TwinGateway {
  wss: DiscordGateway['wss'];
  clients: GatewayClient[];
  port: number;
  broadcast(event: string, data: unknown): void;
  send(client: GatewayClient, payload: unknown): void;
  sendHello(client: GatewayClient): void;
  sendDispatch(client: GatewayClient, event: string, data: unknown): void;
  handleConnection(socket: GatewayClient['ws']): void;
}

/** @throws when this version of the twin is built differently */
export function insideOf(twin: DigitalDiscord): { gateway: TwinGateway; httpServer: Server } {
  const { server } = twin as unknown as { server: { gateway: TwinGateway; httpServer: Server } | null };
  if (server === null) throw new Error('the twin has not started');
  for (const name of ['broadcast', 'send', 'sendHello', 'sendDispatch', 'handleConnection'] as const) {
    if (typeof server.gateway[name] !== 'function') throw new Error(`the twin's gateway has no ${name}`);
  }
  return server;
}
