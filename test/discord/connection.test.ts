import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { requestTexts, startInbound, type Inbound } from '../support/discord/inbound.ts';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';
import { startHeart, type Heart } from '../support/heart.ts';
import { until as untilWithin } from '../support/until.ts';

jest.setTimeout(120_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 60_000);

let heart: Heart;
let peer: DiscordPeer;
let inbound: Inbound | null = null;
beforeEach(async () => {
  heart = await startHeart();
});
afterEach(async () => {
  await inbound?.close();
  inbound = null;
  await peer.stop();
  await heart.close();
});

function start(given: Parameters<typeof startInbound>[2] = {}): Inbound {
  inbound = startInbound(heart, peer, given);
  return inbound;
}
const reaches = ({ state }: Inbound, wanted: string) =>
  until(`Discord is ${wanted}`, () => Promise.resolve(state() === wanted ? true : null));
const isStored = (channel: string, text: string) =>
  until(`${text} is stored`, async () => ((await requestTexts(heart, channel)).includes(text) ? true : null));
/** Long enough for a storm to show: discord.js alone would try twice a second. */
const watch = () => new Promise((resolve) => setTimeout(resolve, 2_500));

test('a token that the gateway refuses is told to the operator once, and not tried again and again', async () => {
  peer = await startDiscordPeer();
  peer.gateway.closeNextIdentify(4004);
  const started = start();
  await reaches(started, 'refused');
  await watch();
  expect(peer.gateway.seen.identifies).toBe(1);
  expect(started.state()).toBe('refused');
  expect(started.lines.filter((line) => line.startsWith('error: Discord refused DISCORD_TOKEN'))).toHaveLength(1);
});

test('a token that REST refuses likewise, and without one IDENTIFY', async () => {
  peer = await startDiscordPeer();
  const started = start({ token: 'not-the-token' });
  await reaches(started, 'refused');
  await watch();
  expect(peer.gateway.seen).toMatchObject({ identifies: 0, connections: 0 });
  expect(peer.ledger.invalidRequests()).toBe(1);
  expect(started.lines.filter((line) => line.startsWith('error: Discord refused DISCORD_TOKEN'))).toHaveLength(1);
});

test('a token that is refused later, when the session ended, is told too', async () => {
  peer = await startDiscordPeer();
  const started = start();
  await reaches(started, 'connected');
  peer.gateway.refuseResumes(true);
  peer.gateway.closeNextIdentify(4004);
  peer.gateway.disconnect();
  await reaches(started, 'refused');
  expect(started.lines.filter((line) => line.startsWith('error: Discord refused DISCORD_TOKEN'))).toHaveLength(1);
});

test('Discord that is away at the start is tried again until it is there', async () => {
  peer = await startDiscordPeer();
  peer.loseNetwork();
  const started = start();
  await until('it was tried', () =>
    Promise.resolve(started.lines.some((line) => line.includes('does not answer')) || null),
  );
  expect(started.state()).toBe('connecting');
  peer.restoreNetwork();
  await reaches(started, 'connected');
  const minji = await peer.addPerson();
  await peer.say(minji, '안녕');
  await isStored(minji.channelId, '안녕');
});

test('a network that is lost for long is tried with growing pauses, and nothing that was said meanwhile is lost', async () => {
  peer = await startDiscordPeer();
  const started = start();
  await reaches(started, 'connected');
  const minji = await peer.addPerson();
  await peer.say(minji, 'before');
  await isStored(minji.channelId, 'before');
  const tries = peer.refused();
  peer.loseNetwork();
  await reaches(started, 'connecting');
  await peer.say(minji, 'meanwhile');
  await watch();
  await watch();
  // Without pauses there would be ten.
  expect(peer.refused() - tries).toBeLessThanOrEqual(6);
  peer.restoreNetwork();
  await isStored(minji.channelId, 'meanwhile');
  // discord.js begins a new session when it could not connect.
  expect(peer.gateway.seen.identifies).toBeLessThanOrEqual(2);
  expect(await requestTexts(heart, minji.channelId)).toEqual(['before', 'meanwhile']);
});

test('a gateway that stopped acknowledging heartbeats is left for a new connection', async () => {
  peer = await startDiscordPeer({ heartbeatIntervalMs: 300 });
  const started = start();
  await reaches(started, 'connected');
  const { connections } = peer.gateway.seen;
  peer.gateway.silence(true);
  await until('a new connection', () => Promise.resolve(peer.gateway.seen.connections > connections ? true : null));
  peer.gateway.silence(false);
  await reaches(started, 'connected');
  const minji = await peer.addPerson();
  await peer.say(minji, '안녕');
  await isStored(minji.channelId, '안녕');
});

test('no IDENTIFY is sent when none is left today', async () => {
  peer = await startDiscordPeer({ identifyLimit: 1 });
  peer.limit.resetAfterMs = 1_500;
  const started = start();
  await reaches(started, 'connected');
  peer.gateway.refuseResumes(true);
  peer.gateway.disconnect();
  await until('it is told', () =>
    Promise.resolve(started.lines.some((line) => line.includes('no IDENTIFY is left')) || null),
  );
  expect(peer.gateway.seen.identifies).toBe(1);
  peer.limit.remaining = 2;
  await reaches(started, 'connected');
  expect(peer.gateway.seen.identifies).toBe(2);
});

test('nothing connects any more after it was closed, whatever it was waiting for', async () => {
  peer = await startDiscordPeer();
  const started = start();
  await reaches(started, 'connected');
  peer.gateway.disconnect();
  await reaches(started, 'connecting');
  await started.close();
  inbound = null;
  const { connections } = peer.gateway.seen;
  await watch();
  expect(peer.gateway.seen.connections).toBe(connections);
  expect(peer.gateway.ready()).toBe(0);
});
