import { expect, jest, test } from '@jest/globals';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { readRunWords } from '../../src/providers/models/planner/run-words.ts';
import { newProject, NO_CAPS } from '../activities/support/projects.ts';
import { botRoom } from '../support/discord/bot-room.ts';
import { PUBLIC_URL, requestTexts } from '../support/discord/inbound.ts';
import type { LedgerMessage } from '../support/discord/ledger.ts';
import type { DiscordPerson } from '../support/discord/peer.ts';
import { until as untilWithin } from '../support/until.ts';

const ko = discordCommandTexts.ko.run;

jest.setTimeout(120_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 60_000);

const room = botRoom();

const connected = (given: Parameters<typeof room.startBot>[0] = {}) =>
  room.startBot({ projects: createProjects(room.heart.pools.gateway, NO_CAPS), ...given }, 'run');

const given = (project: string, command: string) => [
  { name: 'project', type: 3, value: project },
  { name: 'command', type: 3, value: command },
];
async function answered(
  person: DiscordPerson,
  project: string,
  command: string,
  place?: { channelId: string; guildId: string },
) {
  const id = await room.peer.command(person, 'run', given(project, command), place);
  return until('the command is answered', (): Promise<LedgerMessage | null> => {
    const { messageId } = room.peer.ledger.interactions.get(id) ?? {};
    const message = messageId ? room.peer.ledger.message(messageId) : null;
    return Promise.resolve(message && message.content !== '' ? message : null);
  });
}
/** Somebody whom we know, with a project. */
async function withProject(locale = 'ko') {
  const person = await room.peer.addPerson('minji', { locale });
  await answered(person, 'demo', 'ls');
  const { rows } = await room.heart.pools.owner.query<{ id: string }>(
    'SELECT user_id AS id FROM identity WHERE subject = $1::text',
    [person.userId],
  );
  const userId = rows[0]?.id ?? '';
  await newProject(room.heart, userId, 'demo');
  return { person, userId };
}
const said = ({ channelId }: DiscordPerson) => room.peer.ledger.fromBot(channelId);

test('/run becomes a request in the direct messages, wherever it was typed, and only its person sees an answer there', async () => {
  await connected();
  const { person } = await withProject();
  await room.peer.joinServer(person);
  const place = { channelId: room.peer.guildChannelId, guildId: room.peer.guildId };
  const answer = await answered(person, 'DEMO', 'npm test && echo *done*', place);
  expect(answer).toMatchObject({ ephemeral: true, content: ko.taken });
  expect(room.peer.ledger.fromBot(room.peer.guildChannelId)).toEqual([]);

  expect(await requestTexts(room.heart, person.channelId)).toEqual([
    'demo 프로젝트에서 `npm test && echo *done*` 실행해줘',
  ]);
  const [message] = said(person);
  expect(message?.content).toBe('“demo” 프로젝트에서 실행해 달라고 하셨습니다.\n```\nnpm test && echo *done*\n```');
  const { rows } = await room.heart.pools.owner.query(
    'SELECT language, client_id AS "clientId" FROM request WHERE client_id = $1::text',
    [message?.id],
  );
  expect(rows).toEqual([{ language: 'ko', clientId: message?.id }]);
});

test('what /run writes is what the offline planner reads', () => {
  for (const { run } of Object.values(discordCommandTexts)) {
    for (const command of ['npm test', 'echo `id` && ls', 'run x in y', 'a에서 b 실행해줘']) {
      for (const project of ['demo', 'my app', 'react-18.2']) {
        expect(readRunWords(run.words(project, command))).toEqual({ project, command });
      }
    }
  }
});

test('/run suggests the projects of the person, and of nobody else', async () => {
  await connected();
  const { person, userId } = await withProject('en-US');
  await newProject(room.heart, userId, 'other');
  const stranger = await withProject();
  const suggestions = async (who: DiscordPerson, value: string) => {
    const id = await room.peer.autocomplete(who, 'run', [{ name: 'project', type: 3, value, focused: true }]);
    const { callback } = await room.peer.acknowledged(id);
    return callback?.data?.['choices'];
  };
  expect(await suggestions(person, 'OTH')).toEqual([{ name: 'other', value: 'other' }]);
  expect(await suggestions(stranger.person, '')).toEqual([{ name: 'demo', value: 'demo' }]);
});

test('without a project, or with one that is not there, nothing is asked and the way on is shown', async () => {
  await connected();
  const nobody = await room.peer.addPerson('sora');
  const none = await answered(nobody, 'demo', 'ls');
  expect(none.content).toBe(ko.noProjects);
  expect(JSON.stringify(none.components)).toContain(`${PUBLIC_URL}/#/projects`);
  const { person } = await withProject();
  expect((await answered(person, 'else', 'ls')).content).toBe(ko.unknownProject);
  for (const who of [nobody, person]) {
    expect(said(who)).toEqual([]);
    expect(await requestTexts(room.heart, who.channelId)).toEqual([]);
  }
});

test('with closed direct messages nothing is asked, and that is said', async () => {
  await connected();
  const { person } = await withProject();
  room.peer.closeDms(person);
  expect((await answered(person, 'demo', 'ls')).content).toBe(ko.dmsClosed);
  expect(await requestTexts(room.heart, person.channelId)).toEqual([]);
});

test('MO-3: more than a day allows is told, and no message is left without an answer', async () => {
  await connected({ intake: createIntake(room.heart.pools.gateway, { dailyRequests: 1 }) });
  const { person } = await withProject();
  expect((await answered(person, 'demo', 'ls')).content).toBe(ko.taken);
  expect((await answered(person, 'demo', 'ls')).content).toContain('하루에 보내실 수 있는 요청 1건');
  expect(await requestTexts(room.heart, person.channelId)).toHaveLength(1);
});

test('where nothing can be run there is no /run, and /help does not name it', async () => {
  await connected();
  await room.startBot();
  await until('it is gone', () =>
    Promise.resolve(room.peer.commands().some(({ name }) => name === 'run') ? null : true),
  );
  const person = await room.peer.addPerson('minji');
  const id = await room.peer.command(person, 'help');
  const help = await until('help is there', () => {
    const { messageId } = room.peer.ledger.interactions.get(id) ?? {};
    const message = messageId ? room.peer.ledger.message(messageId) : null;
    return Promise.resolve(message && message.content !== '' ? message : null);
  });
  expect(help.content).not.toContain('/run');
});
