import { expect, jest, test } from '@jest/globals';
import { GatewayIntentBits } from 'discord.js';
import { botRoom } from '../support/discord/bot-room.ts';
import { requestTexts } from '../support/discord/inbound.ts';
import { until as untilWithin } from '../support/until.ts';

jest.setTimeout(120_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 60_000);

const room = botRoom();

const connected = room.startBot;
const stored = (channel: string, texts: string[]) =>
  until(`${texts.length} messages are stored`, async () => {
    const found = await requestTexts(room.heart, channel);
    return found.length >= texts.length ? found : null;
  });
const cursorOf = async (channel: string) => {
  const { rows } = await room.heart.pools.owner.query<{ cursor: string | null }>(
    'SELECT cursor::text AS cursor FROM conversation WHERE channel = $1::text',
    [channel],
  );
  return rows[0]?.cursor ?? null;
};

test('a first direct message registers its person and becomes a request, with no privileged intent', async () => {
  await connected();
  expect(room.peer.gateway.seen.intents).toBe(GatewayIntentBits.DirectMessages);
  const minji = await room.peer.addPerson('민지');
  const id = await room.peer.say(minji, '이번 주 일정 보여줘');
  await stored(minji.channelId, ['이번 주 일정 보여줘']);
  const { rows } = await room.heart.pools.owner.query(
    `SELECT u.display_name, u.language, i.issuer, r.client_id, r.platform, r.language AS asked_in, r.time_zone, o.payload,
            r.asked_at
     FROM identity i JOIN app_user u ON u.id = i.user_id JOIN request r ON r.user_id = u.id
     JOIN outbox o ON o.subject_id = r.id WHERE i.subject = $1::text`,
    [minji.userId],
  );
  expect(rows).toEqual([
    expect.objectContaining({
      ...{ display_name: '민지', language: 'ko', issuer: 'https://discord.com', client_id: id, platform: 'discord' },
      ...{ asked_in: 'ko', time_zone: 'Asia/Seoul', payload: expect.objectContaining({ platform: 'discord' }) },
      // Ids of Discord hold the time of the words, since 2015.
      asked_at: new Date(Number(BigInt(id) >> 22n) + 1_420_070_400_000),
    }),
  ]);
  expect(await cursorOf(minji.channelId)).toBe(id);
});

test('many messages at once, shuffled and each told ten times, are each one request', async () => {
  await connected();
  const minji = await room.peer.addPerson();
  const texts = Array.from({ length: 12 }, (_, index) => `부탁 ${index}`);
  room.peer.gateway.hold();
  for (const text of texts) await room.peer.say(minji, text);
  room.peer.gateway.release((events) => {
    const many = Array.from({ length: 10 }, () => events).flat();
    return many.toSorted((a, b) => hash(JSON.stringify(a)) - hash(JSON.stringify(b)));
  });
  const found = await stored(minji.channelId, texts);
  expect(found.toSorted()).toEqual(texts.toSorted());
  // Everything that was told has been taken when a later message has.
  await room.peer.say(minji, 'last');
  await until('the last', async () =>
    (await requestTexts(room.heart, minji.channelId)).includes('last') ? true : null,
  );
  expect(await requestTexts(room.heart, minji.channelId)).toHaveLength(13);
});

const hash = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7);

test('bots, servers, system messages and edits start nothing; a message without words is answered', async () => {
  await connected();
  const [minji, robot] = [await room.peer.addPerson(), await room.peer.addPerson('robot', { bot: true })];
  await room.peer.joinServer(minji);
  await room.peer.say(robot, 'hello');
  await room.peer.say(minji, 'in a server', { channelId: room.peer.guildChannelId, guildId: room.peer.guildId });
  await room.peer.say(minji, '');
  const id = await room.peer.say(minji, 'words');
  await room.peer.editOwn(minji, id, 'other words');
  await stored(minji.channelId, ['words']);
  const [notice] = await room.peer.botMessages(minji.channelId, 1);
  expect(notice?.content).toMatch(/^글로 적힌 부탁만/);
  expect(await requestTexts(room.heart, minji.channelId)).toEqual(['words']);
  expect(await requestTexts(room.heart, robot.channelId)).toEqual([]);
  expect(await requestTexts(room.heart, room.peer.guildChannelId)).toEqual([]);
});

test('what was written while nobody listened is fetched oldest first, page by page, once', async () => {
  const first = await connected();
  const minji = await room.peer.addPerson();
  await room.peer.say(minji, 'before');
  await stored(minji.channelId, ['before']);
  await first.close();

  const texts = Array.from({ length: 120 }, (_, index) => `missed ${index}`);
  for (const text of texts) await room.peer.say(minji, text);
  await connected();
  await room.peer.say(minji, 'live');
  const found = await stored(minji.channelId, ['before', ...texts, 'live']);
  expect(found).toEqual(['before', ...texts, 'live']);
  await connected();
  await room.peer.say(minji, 'after');
  expect((await stored(minji.channelId, [...found, 'after'])).length).toBe(found.length + 1);
});

test('a refused resumption loses nothing, an accepted one neither', async () => {
  const { state } = await connected();
  const minji = await room.peer.addPerson();
  await room.peer.say(minji, 'one');
  await stored(minji.channelId, ['one']);
  const { identifies } = room.peer.gateway.seen;
  const lost = () =>
    until('the bot lost its connection', () => Promise.resolve(state() === 'connecting' ? true : null));

  room.peer.gateway.disconnect();
  await lost();
  await room.peer.say(minji, 'two');
  await stored(minji.channelId, ['one', 'two']);
  expect(room.peer.gateway.seen.identifies).toBe(identifies);

  room.peer.gateway.refuseResumes(true);
  room.peer.gateway.disconnect();
  await lost();
  await room.peer.say(minji, 'three');
  expect(await stored(minji.channelId, ['one', 'two', 'three'])).toEqual(['one', 'two', 'three']);
  expect(room.peer.gateway.seen.refusedResumes).toBeGreaterThan(0);
  expect(room.peer.gateway.seen.identifies).toBe(identifies + 1);
});

test('a message that cannot be stored is fetched again, and the cursor passes only over what is stored', async () => {
  let broken = true;
  await connected({
    intake: {
      accept: (message) =>
        broken && message.text !== 'fine' ? Promise.reject(new Error('away')) : room.heart.intake.accept(message),
    },
  });
  const minji = await room.peer.addPerson();
  await room.peer.say(minji, 'lost');
  await room.peer.say(minji, 'fine');
  await stored(minji.channelId, ['fine']);
  expect(await cursorOf(minji.channelId)).toBeNull();
  broken = false;
  expect(await stored(minji.channelId, ['fine', 'lost'])).toEqual(['fine', 'lost']);
  await room.peer.say(minji, 'newest');
  await stored(minji.channelId, ['fine', 'lost', 'newest']);
  await until('the cursor', async () =>
    (await cursorOf(minji.channelId)) === room.peer.ledger.channel(minji.channelId).at(-1)?.id ? true : null,
  );
});

test('a missed message waits for a REST that fails, and others do not wait for it', async () => {
  const first = await connected();
  const [minji, jun] = [await room.peer.addPerson('minji'), await room.peer.addPerson('jun')];
  for (const person of [minji, jun]) {
    await room.peer.say(person, 'hello');
    await stored(person.channelId, ['hello']);
  }
  await first.close();
  for (const person of [minji, jun]) await room.peer.say(person, 'missed');
  room.peer.faults.next({
    path: new RegExp(`/channels/${minji.channelId}/messages`),
    fault: { kind: 'internal' },
    times: 6,
  });
  await connected();
  await stored(jun.channelId, ['hello', 'missed']);
  expect(await stored(minji.channelId, ['hello', 'missed'])).toEqual(['hello', 'missed']);
});

test('somebody who is not served is told so once, and leaves no row', async () => {
  const stranger = await room.peer.addPerson('stranger', { locale: 'en-US' });
  const minji = await room.peer.addPerson();
  await connected({ isServed: (id) => Promise.resolve(id !== stranger.userId) });
  await room.peer.say(stranger, 'hello');
  await room.peer.say(stranger, 'are you there?');
  await room.peer.say(minji, '안녕');
  await stored(minji.channelId, ['안녕']);
  const [told] = await room.peer.botMessages(stranger.channelId, 1);
  expect(told?.content).toMatch(/^Only people whom the operator has allowed/);
  expect(room.peer.ledger.fromBot(stranger.channelId)).toHaveLength(1);
  const { rows } = await room.heart.pools.owner.query('SELECT 1 FROM identity WHERE subject = $1::text', [
    stranger.userId,
  ]);
  expect(rows).toEqual([]);
});
