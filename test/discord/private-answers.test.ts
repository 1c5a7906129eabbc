import { expect, test } from '@jest/globals';
import { Routes } from 'discord.js';
import { pendingCommand } from '../../src/discord/commands/pending.ts';
import { createPrivateAnswers } from '../../src/discord/private-answers.ts';
import { discordSettings } from '../../src/discord/settings.ts';
import type { RequestView } from '../../src/ports/requests.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const settings = discordSettings({ publicUrl: 'https://panager.example', providers: ['google'], emulated: [] });
const approval = (deadline: string): RequestView['approvals'][number] => ({
  ...{ approvalId: ID, provider: 'google', reason: 'staleWrite', tool: 'calendar_create_event', preview: '{}' },
  ...{ deadline: new Date(deadline), expiresAt: new Date(deadline) },
});
const request = (text: string): RequestView => ({
  ...{ id: ID, revision: 1, text, language: 'ko', timeZone: 'Asia/Seoul', status: 'waiting', answer: null },
  ...{ waitingFor: [], calls: [], createdAt: new Date(), finishedAt: null },
  approvals: [approval('2026-12-01T00:00:00Z'), approval('2026-12-01T00:01:00Z')],
});

test.each(['ko', 'en'] as const)('/pending in %s never outgrows a message, whatever waits', async (language) => {
  for (const text of ['*'.repeat(60), '\u202e'.repeat(60), '가'.repeat(60), 'https://a.b '.repeat(5)]) {
    const waiting = Array.from({ length: 10 }, () => request(text));
    const command = pendingCommand({
      settings,
      requests: { waiting: () => Promise.resolve(waiting) },
    });
    const person = { id: ID, name: 'minji', language, timeZone: null };
    const { content } = await command.run({
      person,
      language,
      option: () => null,
      by: { userId: ID, interactionId: ID },
    });
    expect(content.length).toBeLessThanOrEqual(2_000);
    const shown = content.split('\n').filter((line) => line.startsWith('- ')).length / 2;
    expect(content.split('\n').at(-1)).toContain(String(10 - shown));
    expect([Number.isInteger(shown), shown > 0]).toEqual([true, true]);
  }
});

test('what is said to one person alone is cut where a reader would, rather than refused by Discord', async () => {
  const sent: [string, string][] = [];
  const keep = (route: string, { body }: { body: { content: string } }) => {
    sent.push([route, body.content]);
    return Promise.resolve(null);
  };
  const answers = createPrivateAnswers({ patch: keep, post: keep } as unknown as Parameters<
    typeof createPrivateAnswers
  >[0]);
  const interaction = { applicationId: '1', token: 'a' };
  const long = 'a line of words\n'.repeat(200);
  await answers.replace(interaction, { content: long });
  await answers.whisper(interaction, long);
  expect(sent.map(([route]) => route)).toEqual([
    Routes.webhookMessage('1', 'a', '@original'),
    Routes.webhook('1', 'a'),
  ]);
  for (const [, content] of sent) {
    expect(content.length).toBeLessThanOrEqual(2_000);
    expect(content).toMatch(/^(a line of words\n)+a line of words$/);
  }
});
