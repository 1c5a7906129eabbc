import { expect, jest, test } from '@jest/globals';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { botRoom } from '../support/discord/bot-room.ts';
import { requestTexts } from '../support/discord/inbound.ts';
import { until as untilWithin } from '../support/until.ts';

jest.setTimeout(180_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 90_000);

const room = botRoom();

const connected = (given: Parameters<typeof room.startBot>[0] = {}) =>
  room.startBot({ pauses: { lateAfterMs: 100 }, ...given });
const said = (channel: string) =>
  room.peer.ledger.fromBot(channel).map(({ content, repliesTo }) => [content, repliesTo]);
const typings = (channel: string) =>
  room.peer.ledger.requestsTo('POST', new RegExp(`^/channels/${channel}/typing$`)).length;

test('a request that no workflow takes up is told to be late, once for several, by a message of its own', async () => {
  await connected();
  const [minji, jun] = [await room.peer.addPerson(), await room.peer.addPerson()];
  await room.peer.say(minji, '이번 주 일정 보여줘');
  await room.peer.botMessages(minji.channelId, 1, 60_000);
  expect(typings(minji.channelId)).toBe(1);
  await room.peer.say(minji, '내일 일정은?');
  await until('both are stored', async () =>
    (await requestTexts(room.heart, minji.channelId)).length === 2 ? true : null,
  );
  // Written later, so late later: by then whatever minji reads has been sent.
  await room.peer.say(jun, "What's on this week?");
  await room.peer.botMessages(jun.channelId, 1, 60_000);
  expect(said(minji.channelId)).toEqual([[discordCommandTexts.ko.late, null]]);
  expect(said(jun.channelId)).toEqual([[discordCommandTexts.en.late, null]]);
});

test('somebody whose request is taken up at once sees that somebody types, and no notice', async () => {
  const [minji, jun] = [await room.peer.addPerson(), await room.peer.addPerson()];
  await connected({
    intake: {
      async accept(message) {
        const accepted = await room.heart.intake.accept(message);
        if (message.channel === minji.channelId) await room.heart.stories.claim(accepted.requestId);
        return accepted;
      },
    },
  });
  await room.peer.say(minji, '이번 주 일정 보여줘');
  await until('it is stored', async () =>
    (await requestTexts(room.heart, minji.channelId)).length === 1 ? true : null,
  );
  await room.peer.say(jun, '안녕');
  await room.peer.botMessages(jun.channelId, 1, 60_000);
  expect([typings(minji.channelId), said(minji.channelId)]).toEqual([1, []]);
});

test('neither a refusal of Discord nor a database that is away then does any harm', async () => {
  const minji = await room.peer.addPerson();
  room.peer.closeDms(minji);
  room.peer.faults.next({ path: new RegExp(`^/channels/${minji.channelId}/typing$`), fault: { kind: 'forbidden' } });
  let looks = 0;
  await connected({
    requests: {
      ...room.heart.requests,
      find: (...of) => {
        looks += 1;
        return looks === 1 ? Promise.reject(new Error('away')) : room.heart.requests.find(...of);
      },
    },
  });
  await room.peer.say(minji, 'one');
  await until('it was looked at', () => Promise.resolve(looks === 1 ? true : null));
  await room.peer.say(minji, 'two');
  await until('it was tried', () =>
    Promise.resolve(
      room.peer.ledger.requestsTo('POST', new RegExp(`/${minji.channelId}/messages$`)).length === 1 || null,
    ),
  );
  expect(await requestTexts(room.heart, minji.channelId)).toEqual(['one', 'two']);
});
