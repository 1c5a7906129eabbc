import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '../../../src/logger.ts';
import { createDiscordRest, type DiscordRest } from '../../../src/providers/discord/discord-rest.ts';
import { createOperatorAlarms } from '../../../src/providers/discord/operator-alarms.ts';
import { startDiscordPeer, type DiscordPeer, type DiscordPerson } from '../../support/discord/peer.ts';
import { until } from '../../support/until.ts';

const HOUR = 60 * 60 * 1000;

let peer: DiscordPeer;
let rest: DiscordRest;
let lines: string[];
const logger = createLogger({ name: 'test', level: 'warn' }, { write: (line) => void lines.push(line) });
beforeAll(async () => {
  lines = [];
  peer = await startDiscordPeer();
  rest = createDiscordRest({ token: peer.token, apiUrl: peer.apiUrl, logger, timeoutMs: 5_000 });
}, 60_000);
afterAll(async () => {
  rest.close();
  await peer.stop();
  expect(peer.ledger.violations()).toEqual([]);
});

const texts = ({ channelId }: DiscordPerson) => peer.ledger.fromBot(channelId).map(({ content }) => content);

test('every operator reads an alarm once, in a message of the official shape, and again when it is still there later', async () => {
  const operators = [await peer.addPerson('first'), await peer.addPerson('second')];
  let now = 1_000;
  const ids = operators.map(({ userId }) => userId);
  const ring = createOperatorAlarms({ operators: ids, rest, process: 'gateway', logger, now: () => now });
  ring('a secret without an owner was found');
  ring('a secret without an owner was found');
  for (const operator of operators) {
    await until('the alarm', () => Promise.resolve(texts(operator)[0] ?? null));
    expect(texts(operator)).toEqual([
      "Panager 운영 알림: gateway 프로세스에 확인이 필요합니다. / Panager's gateway needs an operator.\n" +
        'a secret without an owner was found\n' +
        '자세한 내용은 로그에서 "alarm":true를 찾아 주세요. / Look for "alarm":true in its log.',
    ]);
  }
  peer.forgetNonces();
  now += HOUR;
  ring('a secret without an owner was found');
  for (const operator of operators)
    await until('the alarm again', () => Promise.resolve(texts(operator).length === 2 || null));
});

test('two processes that see the same at the same time tell it once', async () => {
  const operator = await peer.addPerson('third');
  const parts = { operators: [operator.userId], rest, process: 'orchestrator', logger };
  createOperatorAlarms(parts)('the same trouble');
  createOperatorAlarms(parts)('the same trouble');
  createOperatorAlarms(parts)('another trouble');
  await until('both', () => Promise.resolve(texts(operator).length === 2 || null));
  expect(new Set(texts(operator)).size).toBe(2);
});

test('where everything fails at once the log tells the rest; who cannot be told is a line in the log', async () => {
  const operator = await peer.addPerson('fourth');
  const sent: string[] = [];
  const counted = {
    openDirectMessage: (userId: string) => rest.openDirectMessage(userId),
    call: (...[, , path]: Parameters<DiscordRest['call']>) => Promise.resolve(sent.push(path)),
  };
  const ring = createOperatorAlarms({ operators: [operator.userId], rest: counted, process: 'gateway', logger });
  for (let number = 1; number <= 50; number += 1) ring(`trouble ${number}`);
  await until('twenty', () => Promise.resolve(sent.length === 20 || null));

  lines = [];
  createOperatorAlarms({ operators: ['1'], rest, process: 'gateway', logger })('nobody is there');
  const line = await until('the line', () => Promise.resolve(lines.find((each) => each.includes('told')) ?? null));
  expect(line).not.toContain('"alarm"');
});

test('a logger tells the words of alarms, and of nothing else, masked', () => {
  const heard: string[] = [];
  const alarming = createLogger(
    { name: 'test', level: 'info', onAlarm: (words) => heard.push(words) },
    { write: () => undefined },
  );
  class Alarm extends Error {
    override readonly name = 'Alarm';
  }
  alarming.error({ err: new Error('an ordinary error') }, 'failed');
  alarming.child({ part: 'sweep' }).error({ err: new Alarm('x') }, 'the sweep had to act');
  alarming.error({ alarm: true }, `token ${['gh', 'p_', 'x'.repeat(36)].join('')} was refused`);
  expect(heard).toEqual(['the sweep had to act', 'token [masked] was refused']);
});
