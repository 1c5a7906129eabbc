import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { startHeart, type Heart } from '../heart.ts';
import { until } from '../until.ts';
import { startInbound, type Inbound } from './inbound.ts';
import { startDiscordPeer, type DiscordPeer } from './peer.ts';

const CONNECTED_MS = 90_000;

/**
 * A heart and a Discord for all tests of a file, and a bot for each, which is closed after it. Whatever a test does, what it
 * has sent to Discord must have been in order.
 */
export function botRoom() {
  let heart: Heart;
  let peer: DiscordPeer;
  let bot: Inbound | null = null;
  beforeAll(async () => {
    [heart, peer] = await Promise.all([startHeart(), startDiscordPeer()]);
  });
  afterEach(async () => {
    await bot?.close();
    bot = null;
    peer.faults.clear();
    peer.gateway.refuseResumes(false);
    expect(peer.ledger.violations()).toEqual([]);
  });
  afterAll(async () => {
    await peer.stop();
    await heart.close();
  });

  return {
    get heart() {
      return heart;
    },
    get peer() {
      return peer;
    },
    /** Starts a bot, instead of the one that is there, and waits until it is connected and has registered `command`. */
    async startBot(given: Parameters<typeof startInbound>[2] = {}, command?: string): Promise<Inbound> {
      await bot?.close();
      const started = startInbound(heart, peer, given);
      bot = started;
      const isReady = () =>
        started.state() === 'connected' &&
        (command === undefined || peer.commands().some(({ name }) => name === command));
      await until('the bot is connected', () => Promise.resolve(isReady() || null), CONNECTED_MS);
      return started;
    },
  };
}
