import type { Provider } from '../domain/words.ts';

/** What the gateway's configuration says about the outside; plain values, so that a test can choose them. */
export interface HttpSettings {
  /** Our origin as browsers see it, without a slash at the end. The only source of our own addresses (MO-2). */
  publicUrl: string;
  mode: 'dev' | 'test' | 'production';
  /** Number of proxies in front of us whose forwarding headers are believed. */
  trustProxy: number;
  /** Pretend providers that are in use. */
  emulated: readonly Provider[];
  offlinePlanner: boolean;
  deployment: 'cloud' | 'local';
  /** Names that may sign in by name; null serves everybody (MO-3). */
  allowedUsers: readonly string[] | null;
  /** Providers that can be connected here. The callback of any other is not found. */
  providers: readonly HttpProvider[];
  limits?: Partial<HttpLimits>;
}

export interface HttpProvider {
  provider: Provider;
  redirectUri: string;
  /** Where the browser goes to consent: forms of connect pages may lead there (OA-2). */
  authorizationOrigin: string;
  emulated: boolean;
}

/** Whether pages must say that this provider is a pretend one. */
export function isEmulated(settings: HttpSettings, provider: Provider): boolean {
  return settings.providers.some((each) => each.provider === provider && each.emulated);
}

/** Counts are per window, in this process. Defaults let a busy person work and a script be noticed. */
export interface HttpLimits {
  windowMs: number;
  signInPerAddress: number;
  messagesPerPerson: number;
  messagesPerAddress: number;
  /** Anything else that changes state: cancel, skip, restart, sign out. */
  changesPerPerson: number;
  /** Connect pages and their forms, and callbacks (OA-14). */
  connectPerPerson: number;
  connectPerAddress: number;
  callbackPerPerson: number;
  callbackPerAddress: number;
  /** How long Discord may take to say who signs in, and whether that person is served. */
  identifyMs: number;
  streamsPerPerson: number;
  /** How often an open stream proves that its session still holds (WE-2). */
  streamRecheckMs: number;
  streamHeartbeatMs: number;
  /** A reader that leaves this much unread for this long is dropped. */
  streamBufferBytes: number;
  streamStallMs: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  windowMs: 60_000,
  signInPerAddress: 60,
  messagesPerPerson: 60,
  messagesPerAddress: 600,
  changesPerPerson: 240,
  connectPerPerson: 60,
  connectPerAddress: 300,
  callbackPerPerson: 60,
  callbackPerAddress: 300,
  identifyMs: 10_000,
  streamsPerPerson: 12,
  streamRecheckMs: 60_000,
  streamHeartbeatMs: 15_000,
  streamBufferBytes: 1024 * 1024,
  streamStallMs: 10_000,
};
