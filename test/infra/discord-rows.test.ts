import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { readDiscordRows } from '../../infra/local/settings/discord-rows.ts';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
});

const ID = '900000000000000009';
const TOKEN = 'a-secret-token-of-a-bot';

async function discord(answer: RequestListener): Promise<Record<string, string>> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { DISCORD_TOKEN: TOKEN, DISCORD_CLIENT_ID: ID, DISCORD_API_URL: `http://127.0.0.1:${port}/api/` };
}
const says = (status: number, body: string) =>
  discord((_request, response) => void response.writeHead(status).end(body));
const application = (more: object = {}) =>
  JSON.stringify({ id: ID, name: 'App', bot: { username: 'Panager' }, ...more });

test('without a token the table says nothing of Discord', async () => {
  expect(await readDiscordRows({})).toEqual({ rows: [], botName: null });
});

test('the table shows the name of the bot and the link that adds it to a server', async () => {
  const asked: (string | undefined)[] = [];
  const configured = await discord((request, response) => {
    asked.push(request.url, request.headers.authorization);
    response.end(application());
  });
  const { rows, botName } = await readDiscordRows(configured);
  expect(asked).toEqual(['/api/v10/applications/@me', `Bot ${TOKEN}`]);
  expect(botName).toBe('Panager');
  expect(rows.map(({ name, kind }) => [name, kind])).toEqual([
    ['Discord bot', 'real'],
    ['  add to a server', 'real'],
  ]);
  const link = new URL(rows[1]?.address ?? '');
  expect([link.pathname, Object.fromEntries(link.searchParams)]).toEqual([
    '/oauth2/authorize',
    { client_id: ID, scope: 'bot applications.commands', permissions: '0', integration_type: '0' },
  ]);
});

test('an application that people can add to themselves has a second link', async () => {
  const { rows } = await readDiscordRows(
    await says(200, application({ integration_types_config: { '0': {}, '1': {} } })),
  );
  expect(rows[2]?.name).toBe('  add to yourself');
  expect(new URL(rows[2]?.address ?? '').searchParams.get('integration_type')).toBe('1');
});

test.each([
  ['a refused token', 401, '{"message":"401: Unauthorized","code":0}', 'DISCORD_TOKEN is refused'],
  ['a failing Discord', 500, '', 'answers 500'],
  ['a page', 200, '<html>', 'answers 200 instead of who the bot is'],
  ['something else', 200, '[]', 'answers 200 instead of who the bot is'],
  ['a redirect', 302, '', 'answers 302'],
  ['another application', 200, application({ id: '900000000000000008' }), 'DISCORD_CLIENT_ID names another one'],
])('%s is said in the table in words, without the token', async (_what, status, body, words) => {
  const { rows, botName } = await readDiscordRows(await says(status, body));
  expect([rows.map(({ kind }) => kind), botName]).toEqual([['broken'], null]);
  expect(rows[0]?.address).toContain(words);
  expect(JSON.stringify(rows)).not.toContain(TOKEN);
});

test('a Discord that does not answer is said too', async () => {
  const configured = await says(200, '');
  await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  const { rows } = await readDiscordRows(configured);
  expect(rows[0]?.address).toMatch(/^127\.0\.0\.1:\d+ does not answer/);
});
