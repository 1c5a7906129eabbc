import { expect, jest, test } from '@jest/globals';
import { buttonId } from '../../src/domain/discord-buttons.ts';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { walkConsent } from '../../infra/local/google/walk-consent.ts';
import { botRoom } from '../support/discord/bot-room.ts';
import { PUBLIC_URL } from '../support/discord/inbound.ts';
import type { LedgerMessage } from '../support/discord/ledger.ts';
import type { DiscordPerson } from '../support/discord/peer.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import { parkCall, promptOf } from '../connections/support/waiting.ts';
import { until as untilWithin } from '../support/until.ts';

const ko = discordCommandTexts.ko;
const READ = SCOPES.calendarEventsRead;

jest.setTimeout(120_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 60_000);

const room = botRoom();

const connected = (given: Parameters<typeof room.startBot>[0] = {}) => room.startBot(given, 'pending');
/** The text that only the person sees, once it is there. */
const answerTo = (id: string): Promise<LedgerMessage> =>
  until('the interaction is answered', () => {
    const { callback, messageId } = room.peer.ledger.interactions.get(id) ?? {};
    const message = messageId ? room.peer.ledger.message(messageId) : null;
    return Promise.resolve(callback && message && message.content !== '' ? message : null);
  });
const labels = (message: LedgerMessage): string[] =>
  JSON.stringify(message.components)
    .match(/"label":"[^"]*"/g)
    ?.map((found) => found.slice(9, -1)) ?? [];

/** A person with a request that waits for Google, and the message of it as the outbound half posts it. */
async function waitingPerson(person?: DiscordPerson) {
  const minji = person ?? (await room.peer.addPerson());
  const clientId = await room.peer.say(minji, '이번 주 일정 *보여줘*');
  const request = await until('the request is stored', async () => {
    const { rows } = await room.heart.pools.owner.query<{ id: string; user_id: string }>(
      `SELECT id, user_id FROM request WHERE client_id = $1::text`,
      [clientId],
    );
    return rows[0] ?? null;
  });
  await room.heart.stories.claim(request.id);
  const { calls } = await room.heart.stories.saveTurn(request.id, {
    step: 1,
    answer: null,
    calls: [{ tool: 'calendar_list_events', arguments: {}, provider: 'google', needs: [READ], writes: false }],
  });
  const call = await room.heart.store.findCall(request.id, calls[0]?.callId ?? '');
  if (call === null) throw new Error('the call was not stored');
  await parkCall(room.heart, call);
  const wait = await promptOf(room.heart, call);
  const press = { requestId: request.id, flowId: wait.flowId };
  const buttons = [
    { type: 2, style: 2, label: 'cancel', custom_id: buttonId({ action: 'cancel', requestId: request.id }) },
    { type: 2, style: 2, label: 'skip', custom_id: buttonId({ action: 'skip', ...press }) },
    { type: 2, style: 2, label: 'gone', custom_id: 'gone:1' },
    { type: 2, style: 2, label: 'snooze', custom_id: buttonId({ action: 'snooze', ...press }) },
  ];
  const posted = await fetch(`${room.peer.apiUrl}/v10/channels/${minji.channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${room.peer.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'waiting', components: [{ type: 1, components: buttons }] }),
  });
  const { id: messageId } = (await posted.json()) as { id: string };
  return { minji, userId: request.user_id, requestId: request.id, wait, messageId };
}
const pressed = async (person: DiscordPerson, messageId: string, customId: string) => {
  const id = await room.peer.press(person, messageId, customId, true);
  const { acknowledgedAfter, callback } = await room.peer.acknowledged(id);
  expect(acknowledgedAfter).toBeLessThan(3_000);
  expect(callback?.type).toBe(6);
  return id;
};
const whispers = (channel: string, count: number) =>
  until(`${count} whispers`, () => {
    const found = room.peer.ledger.ephemeral(channel);
    return Promise.resolve(found.length >= count ? found : null);
  });

test('commands are registered once, in both languages, and again only when they changed', async () => {
  const first = await connected();
  expect(room.peer.commands().map(({ name }) => name)).toEqual(['pending', 'cancel', 'accounts', 'connect', 'help']);
  for (const command of room.peer.commands()) {
    expect(command.description).toMatch(/^[A-Z]/);
    expect(command.description_localizations?.ko).toMatch(/\p{Script=Hangul}/u);
  }
  const puts = () => room.peer.ledger.requestsTo('PUT', /commands$/).length;
  const gets = () => room.peer.ledger.requestsTo('GET', /commands$/).length;
  const [putBefore, getBefore] = [puts(), gets()];
  await first.close();
  const second = await connected();
  await until('the commands are looked at', () => Promise.resolve(gets() > getBefore ? true : null));
  await second.close();
  expect(puts()).toBe(putBefore);
  await connected({ providers: [] });
  await until('the changed commands are told', () => Promise.resolve(puts() > putBefore ? true : null));
});

test('a button does what it says, for its owner, within 3 s, after a restart too', async () => {
  const first = await connected();
  const { minji, userId, requestId, wait, messageId } = await waitingPerson();
  await first.close();
  await connected();

  await pressed(minji, messageId, buttonId({ action: 'snooze', requestId, flowId: wait.flowId }));
  await until('the deadline moved', async () => {
    const found = await room.heart.requests.find(userId, requestId);
    return found !== null && (found.waitingFor[0]?.deadline ?? 0) > wait.deadline ? found : null;
  });
  await pressed(minji, messageId, buttonId({ action: 'cancel', requestId }));
  await until('the request is cancelled', async () => {
    const found = await room.heart.requests.find(userId, requestId);
    return found?.status === 'cancelled' ? found : null;
  });
  expect(room.peer.ledger.ephemeral(minji.channelId)).toEqual([]);

  await pressed(minji, messageId, buttonId({ action: 'skip', requestId, flowId: wait.flowId }));
  const [late] = await whispers(minji.channelId, 1);
  expect(late?.content).toMatch(/^이 요청은 그 연결을 기다리고 있지 않습니다/);
});

test('somebody else who presses a button reads why nothing happened, alone', async () => {
  await connected();
  const { minji, userId, requestId, wait, messageId } = await waitingPerson();
  const [known, unknown] = [await room.peer.addPerson('jun', { locale: 'en-US' }), await room.peer.addPerson('sora')];
  await room.peer.say(known, 'hello');
  await until('jun is known', async () => {
    const { rows } = await room.heart.pools.owner.query('SELECT 1 FROM identity WHERE subject = $1', [known.userId]);
    return rows.length > 0 ? true : null;
  });
  for (const action of ['cancel', 'skip', 'snooze'] as const) {
    const id = buttonId(action === 'cancel' ? { action, requestId } : { action, requestId, flowId: wait.flowId });
    await pressed(known, messageId, id);
    await pressed(unknown, messageId, id);
  }
  const said = (await whispers(minji.channelId, 6)).map(({ content }) => content);
  expect(said.filter((text) => text === ko.button.notYours)).toHaveLength(3);
  expect(said).toContain(discordCommandTexts.en.button.notYours);
  const found = await room.heart.requests.find(userId, requestId);
  expect(found).toMatchObject({ status: 'waiting', waitingFor: [{ deadline: wait.deadline }] });
});

test('a button that nobody wrote does nothing, and a database that is away is said', async () => {
  await connected({
    consent: { ...room.heart.consent, cancel: () => Promise.reject(new Error('away')) },
  });
  const { minji, userId, requestId, messageId } = await waitingPerson();
  await pressed(minji, messageId, buttonId({ action: 'cancel', requestId }));
  await whispers(minji.channelId, 1);
  await pressed(minji, messageId, 'gone:1');
  const said = await whispers(minji.channelId, 2);
  expect(said.map(({ content }) => content)).toEqual([ko.notNow, ko.button.unknown]);
  expect((await room.heart.requests.find(userId, requestId))?.status).toBe('waiting');
});

test('/pending shows what waits, with one private link button, also in a server', async () => {
  await connected();
  const { minji, wait } = await waitingPerson();
  await waitingPerson(minji);
  await room.peer.joinServer(minji);
  for (const place of [minji, { channelId: room.peer.guildChannelId, guildId: room.peer.guildId }]) {
    const answer = await answerTo(await room.peer.command(minji, 'pending', [], place));
    expect(answer.ephemeral).toBe(true);
    expect(answer.content).toMatch(/^요청 2개가 기다리고 있습니다\.\n- “이번 주 일정 \\\*보여줘\\\*”: Google 연결을/);
    expect(answer.content).toMatch(/<t:\d+:R>/);
    expect(labels(answer)).toEqual(['Google 연결']);
    expect(JSON.stringify(answer.components)).toContain(`${PUBLIC_URL}/connect/${wait.publicId}`);
  }
  expect(room.peer.ledger.fromBot(room.peer.guildChannelId)).toEqual([]);
  const nobody = await room.peer.addPerson('sora', { locale: 'en-US' });
  expect((await answerTo(await room.peer.command(nobody, 'pending'))).content).toBe('Nothing is waiting now.');
});

test('/cancel suggests the requests of the person, and ends the one that was chosen', async () => {
  await connected();
  const { minji, userId, requestId } = await waitingPerson();
  const stranger = await room.peer.addPerson('sora');
  const suggestions = async (person: DiscordPerson, value: string) => {
    const id = await room.peer.autocomplete(person, 'cancel', [{ name: 'request', type: 3, value, focused: true }]);
    const { callback } = await room.peer.acknowledged(id);
    expect(callback?.type).toBe(8);
    return callback?.data?.['choices'];
  };
  expect(await suggestions(minji, '일정')).toEqual([{ name: '이번 주 일정 *보여줘*', value: requestId }]);
  expect(await suggestions(minji, '없는 말')).toEqual([]);
  expect(await suggestions(stranger, '')).toEqual([]);

  const cancel = async (person: DiscordPerson, value: string) =>
    (await answerTo(await room.peer.command(person, 'cancel', [{ name: 'request', type: 3, value }]))).content;
  expect(await cancel(stranger, requestId)).toBe(ko.cancel.notFound);
  expect(await cancel(minji, 'not an id')).toBe(ko.cancel.notFound);
  expect((await room.heart.requests.find(userId, requestId))?.status).toBe('waiting');
  expect(await cancel(minji, requestId)).toBe('“이번 주 일정 \\*보여줘\\*” 요청을 그만두었습니다.');
  expect((await room.heart.requests.find(userId, requestId))?.status).toBe('cancelled');
  expect(await suggestions(minji, '')).toEqual([]);
});

test('/accounts shows accounts, says what ends with one, and disconnects after a second press by the same person', async () => {
  await connected();
  const { minji, userId, wait } = await waitingPerson();
  const none = await answerTo(await room.peer.command(minji, 'accounts'));
  expect(none.content).toMatch(/^아직 없습니다/);
  await consentTo(wait.publicId, userId);

  const shown = await answerTo(await room.peer.command(minji, 'accounts'));
  expect(shown.content).toBe('- Google: minji@example.com');
  expect(labels(shown)).toEqual(['Google 연결 끊기 (minji@example.com)']);
  const customId = /"custom_id":"([^"]*)"/.exec(JSON.stringify(shown.components))?.[1] ?? '';
  const stranger = await room.peer.addPerson('sora');
  await pressed(stranger, shown.id, customId);
  await until('the stranger is refused', () =>
    Promise.resolve(room.peer.ledger.message(shown.id)?.content === ko.accounts.gone ? true : null),
  );

  const again = await answerTo(await room.peer.command(minji, 'accounts'));
  await pressed(minji, again.id, customId);
  const asked = await until('the question', () => {
    const found = room.peer.ledger.message(again.id);
    return Promise.resolve(found && labels(found).includes('연결 끊기') ? found : null);
  });
  expect(asked.content).toMatch(/^Google 연결을 끊을까요\?/);
  const yes = /"custom_id":"([^"]*)"/.exec(JSON.stringify(asked.components))?.[1] ?? '';
  await pressed(minji, again.id, yes);
  await until('it is disconnected', () =>
    Promise.resolve(room.peer.ledger.message(again.id)?.content === ko.accounts.done('Google') ? true : null),
  );
  expect(room.peer.ledger.message(again.id)?.components).toEqual([]);
  const { rows } = await room.heart.pools.owner.query('SELECT status FROM connection WHERE user_id = $1::uuid', [
    userId,
  ]);
  expect(rows).toEqual([{ status: 'gone' }]);
});

test('/connect gives a private link ahead, /help says how, and who is not served gets neither', async () => {
  const stranger = await room.peer.addPerson('stranger', { locale: 'en-GB' });
  await connected({ isServed: (id) => Promise.resolve(id !== stranger.userId) });
  const minji = await room.peer.addPerson();
  const link = await answerTo(await room.peer.command(minji, 'connect'));
  expect(link.ephemeral).toBe(true);
  expect(link.content).toBe(ko.connect.open('Google'));
  const publicId = new RegExp(`${PUBLIC_URL}/connect/([\\w-]+)`).exec(JSON.stringify(link.components))?.[1] ?? '';
  expect(await room.heart.consent.describe(publicId)).toMatchObject({ provider: 'google', live: true });
  expect((await answerTo(await room.peer.command(minji, 'help'))).content).toBe(ko.help);
  for (const name of ['connect', 'pending']) {
    const refused = await answerTo(await room.peer.command(stranger, name));
    expect(refused).toMatchObject({ content: discordCommandTexts.en.notServed, components: [] });
  }
  const { rows } = await room.heart.pools.owner.query('SELECT 1 FROM identity WHERE subject = $1', [stranger.userId]);
  expect(rows).toEqual([]);
});

test('a press that is told twice acts once, and one that nobody could acknowledge acts not at all', async () => {
  let cancels = 0;
  await connected({
    consent: {
      ...room.heart.consent,
      cancel: (...given) => {
        cancels += 1;
        return room.heart.consent.cancel(...given);
      },
    },
  });
  const { minji, userId, requestId, messageId } = await waitingPerson();
  const customId = buttonId({ action: 'cancel', requestId });
  room.peer.faults.next({ path: /^\/interactions\//, fault: { kind: 'delay', ms: 3_200 } });
  const tooLate = await room.peer.press(minji, messageId, customId);
  await until('the late acknowledgement is refused', () =>
    Promise.resolve(room.peer.ledger.requestsTo('POST', /^\/interactions\//).at(-1)?.status === 404 ? true : null),
  );
  expect(room.peer.ledger.interactions.get(tooLate)?.acknowledgedAfter).toBeNull();

  room.peer.gateway.hold();
  await room.peer.press(minji, messageId, customId);
  room.peer.gateway.release((events) => [...events, ...events]);
  await until('the request is cancelled', async () => {
    const found = await room.heart.requests.find(userId, requestId);
    return found?.status === 'cancelled' ? found : null;
  });
  await answerTo(await room.peer.command(minji, 'help'));
  expect(cancels).toBe(1);
});

async function consentTo(publicId: string, userId: string): Promise<void> {
  const started = await room.heart.consent.start(publicId, userId);
  if (started.kind !== 'started') throw new Error(`start answered ${started.kind}`);
  const back = await walkConsent(started.authorizationUrl, { account: 'minji@example.com' });
  const result = await room.heart.consent.receiveCallback({
    ...{ provider: 'google', redirectUri: `${back.origin}${back.pathname}`, malformed: false, userId },
    ...{ state: back.searchParams.get('state'), code: back.searchParams.get('code') },
    ...{ error: back.searchParams.get('error'), iss: back.searchParams.get('iss') },
    bindSecretOf: () => started.bindSecret,
  });
  expect(result.kind).toBe('connected');
}
