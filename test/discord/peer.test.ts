import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';

let peer: DiscordPeer;
beforeAll(async () => {
  peer = await startDiscordPeer();
});
afterAll(() => peer.stop());

const call = async (method: string, path: string, body?: object, token = `Bot ${peer.token}`) => {
  const response = await fetch(`${peer.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, never> };
};

test('a message in a DM is seen, edited and listed newest first', async () => {
  const minji = await peer.addPerson();
  const asked = await peer.say(minji, '안녕');
  const { body: made } = await call('POST', `/channels/${minji.channelId}/messages`, { content: 'one' });
  await call('PATCH', `/channels/${minji.channelId}/messages/${String(made['id'])}`, { content: 'two' });
  const [message] = peer.ledger.fromBot(minji.channelId);
  expect(message).toMatchObject({ content: 'two', ephemeral: false });
  expect(message?.versions.map(({ content }) => content)).toEqual(['one', 'two']);
  const { body: listed } = await call('GET', `/channels/${minji.channelId}/messages?after=0`);
  expect((listed as unknown as { id: string }[]).map(({ id }) => id)).toEqual([made['id'], asked]);
  const { body: dm } = await call('POST', '/users/@me/channels', { recipient_id: minji.userId });
  expect(dm['id']).toBe(minji.channelId);
});

test('the same nonce is the same message, also side by side, until it is forgotten', async () => {
  const minji = await peer.addPerson();
  const post = () =>
    call('POST', `/channels/${minji.channelId}/messages`, { content: 'x', nonce: 'n', enforce_nonce: true });
  const answers = await Promise.all([post(), post(), post()]);
  expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
  peer.forgetNonces();
  await post();
  expect(peer.ledger.fromBot(minji.channelId)).toHaveLength(2);
});

test('a wrong token is refused, a body against the official schemas too', async () => {
  const minji = await peer.addPerson();
  const path = `/channels/${minji.channelId}/messages`;
  expect((await call('POST', path, { content: 'x' }, 'Bot other')).status).toBe(401);
  expect((await call('POST', path, { content: 5 })).status).toBe(400);
  expect((await call('POST', path, { content: 'x', unheardOf: true })).status).toBe(400);
  expect((await call('POST', path, { content: 'x'.repeat(2_001) })).status).toBe(400);
  expect(peer.ledger.violations()).toHaveLength(3);
  expect(peer.ledger.fromBot(minji.channelId)).toEqual([]);
});

test('planned faults meet the requests that they are planned for, once', async () => {
  const minji = await peer.addPerson();
  const path = `/channels/${minji.channelId}/messages`;
  peer.faults.next({ method: 'POST', fault: { kind: 'rateLimited', scope: 'user', retryAfterSeconds: 0.2 } });
  peer.faults.next({ method: 'POST', fault: { kind: 'lostAnswer' } });
  const limited = await call('POST', path, { content: 'limited' });
  expect(limited).toMatchObject({ status: 429, body: { retry_after: 0.2, global: false } });
  expect(limited.headers.get('x-ratelimit-scope')).toBe('user');
  await expect(call('POST', path, { content: 'made' })).rejects.toThrow();
  expect(peer.ledger.fromBot(minji.channelId).map(({ content }) => content)).toEqual(['made']);
  peer.closeDms(minji);
  expect((await call('POST', path, { content: 'closed' })).body['code']).toBe(50007);
  expect(peer.faults.left()).toBe(0);
});
