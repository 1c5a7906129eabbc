import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { requestTexts, startInbound, type Inbound } from '../support/discord/inbound.ts';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';
import { startHeart, type Heart } from '../support/heart.ts';
import { until as untilWithin } from '../support/until.ts';

jest.setTimeout(180_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 90_000);

let heart: Heart;
let peer: DiscordPeer;
let inbound: Inbound | null = null;
beforeAll(async () => {
  [heart, peer] = await Promise.all([startHeart(), startDiscordPeer()]);
});
afterEach(async () => {
  await inbound?.close();
  inbound = null;
  peer.faults.clear();
  expect(peer.ledger.violations()).toEqual([]);
});
afterAll(async () => {
  await peer.stop();
  await heart.close();
});

async function connected(given: Parameters<typeof startInbound>[2] = {}): Promise<void> {
  const started = startInbound(heart, peer, { pauses: { lateAfterMs: 100 }, ...given });
  inbound = started;
  await until('the bot is connected', () => Promise.resolve(started.state() === 'connected' ? true : null));
}
const said = (channel: string) => peer.ledger.fromBot(channel).map(({ content, repliesTo }) => [content, repliesTo]);
const typings = (channel: string) => peer.ledger.requestsTo('POST', new RegExp(`^/channels/${channel}/typing$`)).length;

test('a request that no workflow takes up is told to be late, once for several, by a message of its own', async () => {
  await connected();
  const [minji, jun] = [await peer.addPerson(), await peer.addPerson()];
  await peer.say(minji, '이번 주 일정 보여줘');
  await peer.botMessages(minji.channelId, 1, 60_000);
  expect(typings(minji.channelId)).toBe(1);
  await peer.say(minji, '내일 일정은?');
  await until('both are stored', async () => ((await requestTexts(heart, minji.channelId)).length === 2 ? true : null));
  // Written later, so late later: by then whatever minji reads has been sent.
  await peer.say(jun, "What's on this week?");
  await peer.botMessages(jun.channelId, 1, 60_000);
  expect(said(minji.channelId)).toEqual([[discordCommandTexts.ko.late, null]]);
  expect(said(jun.channelId)).toEqual([[discordCommandTexts.en.late, null]]);
});

test('somebody whose request is taken up at once sees that somebody types, and no notice', async () => {
  const [minji, jun] = [await peer.addPerson(), await peer.addPerson()];
  await connected({
    intake: {
      async accept(message) {
        const accepted = await heart.intake.accept(message);
        if (message.channel === minji.channelId) await heart.stories.claim(accepted.requestId);
        return accepted;
      },
    },
  });
  await peer.say(minji, '이번 주 일정 보여줘');
  await until('it is stored', async () => ((await requestTexts(heart, minji.channelId)).length === 1 ? true : null));
  await peer.say(jun, '안녕');
  await peer.botMessages(jun.channelId, 1, 60_000);
  expect([typings(minji.channelId), said(minji.channelId)]).toEqual([1, []]);
});

test('neither a refusal of Discord nor a database that is away then does any harm', async () => {
  const minji = await peer.addPerson();
  peer.closeDms(minji);
  peer.faults.next({ path: new RegExp(`^/channels/${minji.channelId}/typing$`), fault: { kind: 'forbidden' } });
  let looks = 0;
  await connected({
    requests: {
      ...heart.requests,
      find: (...of) => {
        looks += 1;
        return looks === 1 ? Promise.reject(new Error('away')) : heart.requests.find(...of);
      },
    },
  });
  await peer.say(minji, 'one');
  await until('it was looked at', () => Promise.resolve(looks === 1 ? true : null));
  await peer.say(minji, 'two');
  await until('it was tried', () =>
    Promise.resolve(peer.ledger.requestsTo('POST', new RegExp(`/${minji.channelId}/messages$`)).length === 1 || null),
  );
  expect(await requestTexts(heart, minji.channelId)).toEqual(['one', 'two']);
});
