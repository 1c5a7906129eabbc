import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { readRunWords } from '../../src/providers/models/planner/run-words.ts';
import { newProject, NO_CAPS } from '../activities/support/projects.ts';
import { PUBLIC_URL, requestTexts, startInbound, type Inbound } from '../support/discord/inbound.ts';
import type { LedgerMessage } from '../support/discord/ledger.ts';
import { startDiscordPeer, type DiscordPeer, type DiscordPerson } from '../support/discord/peer.ts';
import { startHeart, type Heart } from '../support/heart.ts';
import { until as untilWithin } from '../support/until.ts';

const ko = discordCommandTexts.ko.run;

jest.setTimeout(120_000);
const until = <T>(what: string, look: () => Promise<T | null>) => untilWithin(what, look, 60_000);

let heart: Heart;
let peer: DiscordPeer;
let inbound: Inbound | null = null;
beforeAll(async () => {
  [heart, peer] = await Promise.all([startHeart(), startDiscordPeer()]);
});
afterEach(async () => {
  await inbound?.close();
  inbound = null;
  expect(peer.ledger.violations()).toEqual([]);
});
afterAll(async () => {
  await peer.stop();
  await heart.close();
});

async function connected(given: Parameters<typeof startInbound>[2] = {}): Promise<void> {
  const projects = createProjects(heart.pools.gateway, NO_CAPS);
  const started = startInbound(heart, peer, { projects, ...given });
  inbound = started;
  await until('commands are registered', () =>
    Promise.resolve(
      started.state() === 'connected' && peer.commands().some(({ name }) => name === 'run') ? true : null,
    ),
  );
}

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
  const id = await peer.command(person, 'run', given(project, command), place);
  return until('the command is answered', (): Promise<LedgerMessage | null> => {
    const { messageId } = peer.ledger.interactions.get(id) ?? {};
    const message = messageId ? peer.ledger.message(messageId) : null;
    return Promise.resolve(message && message.content !== '' ? message : null);
  });
}
/** Somebody whom we know, with a project. */
async function withProject(locale = 'ko') {
  const person = await peer.addPerson('minji', { locale });
  await answered(person, 'demo', 'ls');
  const { rows } = await heart.pools.owner.query<{ id: string }>(
    'SELECT user_id AS id FROM identity WHERE subject = $1::text',
    [person.userId],
  );
  const userId = rows[0]?.id ?? '';
  await newProject(heart, userId, 'demo');
  return { person, userId };
}
const said = ({ channelId }: DiscordPerson) => peer.ledger.fromBot(channelId);

test('/run becomes a request in the direct messages, wherever it was typed, and only its person sees an answer there', async () => {
  await connected();
  const { person } = await withProject();
  await peer.joinServer(person);
  const place = { channelId: peer.guildChannelId, guildId: peer.guildId };
  const answer = await answered(person, 'DEMO', 'npm test && echo *done*', place);
  expect(answer).toMatchObject({ ephemeral: true, content: ko.taken });
  expect(peer.ledger.fromBot(peer.guildChannelId)).toEqual([]);

  expect(await requestTexts(heart, person.channelId)).toEqual(['demo 프로젝트에서 `npm test && echo *done*` 실행해줘']);
  const [message] = said(person);
  expect(message?.content).toBe('“demo” 프로젝트에서 실행해 달라고 하셨습니다.\n```\nnpm test && echo *done*\n```');
  const { rows } = await heart.pools.owner.query(
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
  await newProject(heart, userId, 'other');
  const stranger = await withProject();
  const suggestions = async (who: DiscordPerson, value: string) => {
    const id = await peer.autocomplete(who, 'run', [{ name: 'project', type: 3, value, focused: true }]);
    const { callback } = await peer.acknowledged(id);
    return callback?.data?.['choices'];
  };
  expect(await suggestions(person, 'OTH')).toEqual([{ name: 'other', value: 'other' }]);
  expect(await suggestions(stranger.person, '')).toEqual([{ name: 'demo', value: 'demo' }]);
});

test('without a project, or with one that is not there, nothing is asked and the way on is shown', async () => {
  await connected();
  const nobody = await peer.addPerson('sora');
  const none = await answered(nobody, 'demo', 'ls');
  expect(none.content).toBe(ko.noProjects);
  expect(JSON.stringify(none.components)).toContain(`${PUBLIC_URL}/#/projects`);
  const { person } = await withProject();
  expect((await answered(person, 'else', 'ls')).content).toBe(ko.unknownProject);
  for (const who of [nobody, person]) {
    expect(said(who)).toEqual([]);
    expect(await requestTexts(heart, who.channelId)).toEqual([]);
  }
});

test('with closed direct messages nothing is asked, and that is said', async () => {
  await connected();
  const { person } = await withProject();
  peer.closeDms(person);
  expect((await answered(person, 'demo', 'ls')).content).toBe(ko.dmsClosed);
  expect(await requestTexts(heart, person.channelId)).toEqual([]);
});

test('MO-3: more than a day allows is told, and no message is left without an answer', async () => {
  await connected({ intake: createIntake(heart.pools.gateway, { dailyRequests: 1 }) });
  const { person } = await withProject();
  expect((await answered(person, 'demo', 'ls')).content).toBe(ko.taken);
  expect((await answered(person, 'demo', 'ls')).content).toContain('하루에 보내실 수 있는 요청 1건');
  expect(await requestTexts(heart, person.channelId)).toHaveLength(1);
});

test('where nothing can be run there is no /run, and /help does not name it', async () => {
  await connected();
  await inbound?.close();
  inbound = startInbound(heart, peer);
  await until('it is gone', () => Promise.resolve(peer.commands().some(({ name }) => name === 'run') ? null : true));
  const person = await peer.addPerson('minji');
  const id = await peer.command(person, 'help');
  const help = await until('help is there', () => {
    const { messageId } = peer.ledger.interactions.get(id) ?? {};
    const message = messageId ? peer.ledger.message(messageId) : null;
    return Promise.resolve(message && message.content !== '' ? message : null);
  });
  expect(help.content).not.toContain('/run');
});
