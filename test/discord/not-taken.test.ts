import { expect, jest, test } from '@jest/globals';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { botRoom } from '../support/discord/bot-room.ts';
import { requestTexts } from '../support/discord/inbound.ts';
import type { DiscordPerson } from '../support/discord/peer.ts';
import { until as untilWithin } from '../support/until.ts';

/** Messages that become no request: at the daily cap, and from people who are not served (MO-3). */

jest.setTimeout(180_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 90_000);
/** discord.js tries four times before it gives up. */
const TRIES = 4;

const room = botRoom();

const connected = room.startBot;
const capped = () => ({ intake: createIntake(room.heart.pools.gateway, { dailyRequests: 1 }) });
const nobodyIsServed = { isServed: () => Promise.resolve(false) };

const stored = (person: DiscordPerson, texts: string[]) =>
  until(`${texts.join(', ')} are stored`, async () => {
    const found = await requestTexts(room.heart, person.channelId);
    return found.includes(texts.at(-1)!) ? found : null;
  });
const cursorIs = (person: DiscordPerson, id: string) =>
  until('the cursor has passed it', async () => {
    const { rows } = await room.heart.pools.owner.query<{ cursor: string | null }>(
      'SELECT cursor::text AS cursor FROM conversation WHERE channel = $1::text',
      [person.channelId],
    );
    return rows[0]?.cursor === id ? true : null;
  });
const freePlace = (person: DiscordPerson) =>
  room.heart.pools.owner.query(
    `UPDATE request r SET created_at = r.created_at - interval '25 hours'
     FROM conversation c WHERE c.id = r.conversation_id AND c.channel = $1::text`,
    [person.channelId],
  );
const posts = (person: DiscordPerson) =>
  room.peer.ledger.requestsTo('POST', new RegExp(`^/channels/${person.channelId}/messages$`));

/** Somebody who has asked as much as one may. */
async function atTheCap(): Promise<DiscordPerson> {
  await connected(capped());
  const minji = await room.peer.addPerson();
  await room.peer.say(minji, 'one');
  await stored(minji, ['one']);
  return minji;
}

test('MO-3: one request too many is answered once, the cursor passes it, and it never runs by itself later', async () => {
  const minji = await atTheCap();
  const two = await room.peer.say(minji, 'two');
  await cursorIs(minji, two);
  const notices = room.peer.ledger.fromBot(minji.channelId);
  expect(notices).toEqual([expect.objectContaining({ repliesTo: two })]);
  expect(notices[0]?.content).toMatch(/^You have used the one request of a day, so this one was not taken\./);

  await freePlace(minji);
  await connected(capped());
  await room.peer.say(minji, 'three');
  expect(await stored(minji, ['three'])).toEqual(['one', 'three']);
  expect(room.peer.ledger.fromBot(minji.channelId)).toHaveLength(1);
});

test('MO-3: likewise for somebody who was not served for a while, and for a message without words', async () => {
  await connected();
  const minji = await room.peer.addPerson();
  await room.peer.say(minji, 'one');
  await stored(minji, ['one']);
  await connected(nobodyIsServed);
  const two = await room.peer.say(minji, 'two');
  await cursorIs(minji, two);
  await connected();
  const wordless = await room.peer.say(minji, '');
  await cursorIs(minji, wordless);
  await connected();
  await room.peer.say(minji, 'three');
  expect(await stored(minji, ['three'])).toEqual(['one', 'three']);
  expect(room.peer.ledger.fromBot(minji.channelId).map(({ repliesTo }) => repliesTo)).toEqual([two, wordless]);
});

test('what is declined while older messages are missing starts nothing when they are fetched', async () => {
  const minji = await atTheCap();
  let away = true;
  const { intake } = capped();
  await connected({
    intake: {
      accept(message) {
        if (!away) return room.heart.intake.accept(message);
        return message.text === 'lost' ? Promise.reject(new Error('away')) : intake.accept(message);
      },
    },
  });
  const lost = await room.peer.say(minji, 'lost');
  const two = await room.peer.say(minji, 'two');
  await room.peer.botMessages(minji.channelId, 1, 60_000);
  // From now on there is a place for each.
  away = false;
  await stored(minji, ['lost']);
  await cursorIs(minji, two);
  expect(await requestTexts(room.heart, minji.channelId)).toEqual(['one', 'lost']);
  expect(room.peer.ledger.fromBot(minji.channelId).map(({ repliesTo }) => repliesTo)).toEqual([two]);
  expect(BigInt(lost)).toBeLessThan(BigInt(two));
});

test('DI-1: a notice that Discord refuses holds nothing up and is not tried again', async () => {
  const minji = await atTheCap();
  room.peer.closeDms(minji);
  const two = await room.peer.say(minji, 'two');
  await cursorIs(minji, two);
  await freePlace(minji);
  await room.peer.say(minji, 'three');
  await stored(minji, ['three']);
  expect(posts(minji).map(({ status }) => status)).toEqual([403]);
});

test('a notice that Discord could not take now is posted later, once, and only then does the cursor pass', async () => {
  const minji = await atTheCap();
  const path = new RegExp(`^/channels/${minji.channelId}/messages$`);
  room.peer.faults.next({ method: 'POST', path, fault: { kind: 'internal' }, times: TRIES + 1 });
  const two = await room.peer.say(minji, 'two');
  await until('it is noted', async () => {
    const { rows } = await room.heart.pools.owner.query('SELECT 1 FROM declined_message WHERE message_id = $1', [two]);
    return rows.length > 0 ? true : null;
  });
  // Whatever is free meanwhile, it was declined.
  await freePlace(minji);
  await cursorIs(minji, two);
  expect(room.peer.ledger.fromBot(minji.channelId)).toEqual([expect.objectContaining({ repliesTo: two })]);
  expect(await requestTexts(room.heart, minji.channelId)).toEqual(['one']);
});

test('a stranger whom Discord could not tell at first is told, once', async () => {
  const stranger = await room.peer.addPerson();
  const path = new RegExp(`^/channels/${stranger.channelId}/messages$`);
  room.peer.faults.next({ method: 'POST', path, fault: { kind: 'internal' }, times: TRIES });
  await connected(nobodyIsServed);
  await room.peer.say(stranger, 'hello');
  await room.peer.botMessages(stranger.channelId, 1, 60_000);
  await room.peer.say(stranger, 'again');
  const { rows } = await room.heart.pools.owner.query('SELECT 1 FROM identity WHERE subject = $1::text', [
    stranger.userId,
  ]);
  expect([rows, room.peer.ledger.fromBot(stranger.channelId).length]).toEqual([[], 1]);
});
