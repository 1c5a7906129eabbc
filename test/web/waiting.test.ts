import { expect, test } from '@jest/globals';
import { accepted, fault } from './support/fake-panager.ts';
import { aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

const waitingRequest = (change: Parameters<typeof aWait>[0] = {}) =>
  aRequest({ status: 'waiting', waitingFor: [aWait(change)] });

test('the waiting card says why, which provider, which permissions, until when, and links to the connect page', async () => {
  const deadline = new Date(Date.now() + 5 * 3_600_000).toISOString();
  const request = waitingRequest({ deadline });
  const { page } = await visit({ before: (fake) => void fake.put(request) });

  const card = page.getByRole('group', { name: '연습용 Google 연결이 필요합니다' });
  await card.getByText('아직 연결된 계정이 없습니다.').waitFor();
  await card.getByText('캘린더 일정 보기 (바꾸지는 않음)').waitFor();
  expect(await card.locator('time').innerText()).toMatch(/^5시간 남음 · .+월 .+일 .+까지$/);
  expect(await card.locator('time').getAttribute('datetime')).toBe(deadline);
  const connect = card.getByRole('link', { name: 'Google 연결' });
  expect(await connect.getAttribute('href')).toBe(request.waitingFor[0]?.link);
  expect(await connect.getAttribute('target')).toBeNull();
});

test('every reason for waiting has words of its own', async () => {
  const reasons = ['neverConnected', 'expired', 'revoked', 'scopeMissing', 'wrongAccount'] as const;
  const { page } = await visit({
    before: (fake) => reasons.forEach((reason) => fake.put(waitingRequest({ reason }))),
  });

  await page.getByRole('button', { name: '대기 중 5' }).waitFor();
  const said = await page.locator('.waiting-flow h2 + p').allInnerTexts();
  expect(new Set(said).size).toBe(reasons.length);
});

test('a real provider is called by its name alone', async () => {
  const { page } = await visit({
    session: { emulated: [], offlinePlanner: false },
    before: (fake) => void fake.put(waitingRequest()),
  });

  await page.getByRole('heading', { name: 'Google 연결이 필요합니다', exact: true }).waitFor();
  expect(await page.getByText('연습').count()).toBe(0);
});

test('pretend providers and the offline planner are named on the page', async () => {
  const { page } = await visit();

  const note = page.getByRole('complementary', { name: '연습 모드' });
  expect(await note.innerText()).toContain('연습용 Google · 규칙 기반 오프라인 도우미');
});

test('the answer replaces the card as soon as it is there', async () => {
  const request = waitingRequest();
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByRole('link', { name: 'Google 연결' }).waitFor();

  fake.put({ ...request, revision: 2, status: 'done', waitingFor: [], answer: WEEK });

  await page.getByText('이번 주 일정 3개입니다.').waitFor();
  expect(await page.getByRole('main').getByRole('link').count()).toBe(0);
  expect(await page.getByRole('button', { name: /대기 중/ }).count()).toBe(0);
});

test('stopping a waiting request is sent once, and its end is said with the way to ask again', async () => {
  const request = waitingRequest();
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(`POST /api/requests/${request.id}/cancel`, () => accepted({ requestId: request.id }));

  await page.getByRole('button', { name: '그만두기' }).click();
  expect(await page.getByRole('button', { name: '그만두는 중' }).isDisabled()).toBe(true);
  fake.put({ ...request, revision: 2, status: 'cancelled', waitingFor: [] });

  await page.getByText('이 요청은 그만두었습니다.').waitFor();
  await page.getByRole('button', { name: '다시 요청' }).waitFor();
  expect((await fake.received(`POST /api/requests/${request.id}/cancel`)).map(({ body }) => body)).toEqual([{}]);
});

test('stopping that did not work is explained in the card, which keeps its buttons', async () => {
  const request = waitingRequest();
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(`POST /api/requests/${request.id}/cancel`, () => fault(503, 'unavailable', '지금은 멈출 수 없습니다.'));

  await page.getByRole('button', { name: '그만두기' }).click();

  await page.getByRole('alert').getByText('지금은 멈출 수 없습니다.').waitFor();
  expect(await page.getByRole('button', { name: '그만두기' }).isEnabled()).toBe(true);
});

test('after a denial a person may connect again, go on without, or stop', async () => {
  const request = waitingRequest({ lastOutcome: 'denied' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  const skipped = `POST /api/requests/${request.id}/skip`;
  fake.on(skipped, () => accepted({ requestId: request.id }));

  const card = page.getByRole('group', { name: /연결을 허용하지 않으셨습니다/ });
  expect(await card.getByRole('link', { name: '다시 연결' }).getAttribute('href')).toBe(request.waitingFor[0]?.link);
  await card.getByRole('button', { name: '그만두기' }).waitFor();
  await card.getByRole('button', { name: '없이 계속' }).click();
  fake.put({ ...request, revision: 2, status: 'done', waitingFor: [], answer: '일정 없이 답합니다.' });

  await page.getByText('일정 없이 답합니다.').waitFor();
  expect((await fake.received(skipped)).map(({ body }) => body)).toEqual([{ flowId: request.waitingFor[0]?.flowId }]);
});

test('a denial that arrives while the card is shown changes the card in place', async () => {
  const wait = aWait();
  const request = aRequest({ status: 'waiting', waitingFor: [wait] });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByRole('link', { name: 'Google 연결' }).waitFor();

  fake.put({ ...request, revision: 2, waitingFor: [{ ...wait, lastOutcome: 'denied' }] });

  await page.getByRole('link', { name: '다시 연결' }).waitFor();
  expect(await page.getByRole('article').count()).toBe(1);
});

test('a trip that failed says that nothing is lost', async () => {
  const { page } = await visit({ before: (fake) => void fake.put(waitingRequest({ lastOutcome: 'failed' })) });

  const card = page.getByRole('group', { name: /연결이 끝까지 되지 않았습니다/ });
  await card.getByText('잃은 것은 없습니다.').waitFor();
  await card.getByRole('link', { name: '다시 연결' }).waitFor();
});

test('a link that somebody else opened is told to its owner', async () => {
  const { page } = await visit({ before: (fake) => void fake.put(waitingRequest({ openedByStranger: true })) });

  await page.getByText('다른 사람이 이 링크를 열었지만').waitFor();
});

test('a request that waits for two accounts asks for each and can be stopped once', async () => {
  const github = aWait({ provider: 'github', scopes: ['repo'], reason: 'expired' });
  const request = aRequest({ status: 'waiting', waitingFor: [aWait(), github] });
  const { page } = await visit({ before: (fake) => void fake.put(request) });

  await page.getByRole('group', { name: '연습용 Google 연결이 필요합니다' }).waitFor();
  await page.getByRole('group', { name: 'GitHub 연결이 필요합니다', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: '그만두기' }).count()).toBe(1);
});

test('one consent that answers several requests says so', async () => {
  const flowId = crypto.randomUUID();
  const { page } = await visit({
    before: (fake) => [1, 2, 3].forEach(() => fake.put(waitingRequest({ flowId }))),
  });

  await page.getByText('연결하면 기다리는 요청 3개에 모두 이어서 답합니다.').first().waitFor();
});

test('the badge counts what waits, also what is older than the list, and leads there', async () => {
  const old = aRequest({ ...waitingRequest(), text: '오래된 부탁', createdAt: '2026-01-01T00:00:00.000Z' });
  const { page } = await visit({
    before: (fake) => {
      fake.put(old);
      for (let index = 0; index < 35; index++) fake.put(aRequest({ status: 'done', answer: WEEK }));
    },
  });

  await page.getByRole('button', { name: '대기 중 1' }).click();

  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === '오래된 부탁');
});

for (const [status, words] of [
  ['failed', '이 요청을 끝내지 못했습니다.'],
  ['expired', '기한까지 연결이나 확인이 없어 이 요청을 끝냈습니다.'],
] as const) {
  test(`a request that ${status} says so and is asked again as a new one`, async () => {
    const request = aRequest({ status });
    const again = aRequest({ status: 'thinking', createdAt: new Date(Date.now() + 1_000).toISOString() });
    const { page, fake } = await visit({ before: (before) => void before.put(request) });
    fake.on(`POST /api/requests/${request.id}/restart`, () => {
      fake.put(again);
      return accepted({ requestId: again.id });
    });

    await page.getByText(words).waitFor();
    await page.getByRole('button', { name: '다시 요청' }).click();

    await page.getByText('생각하는 중').waitFor();
    expect(await page.getByRole('article').count()).toBe(2);
  });
}

test('what the server says about an end is shown instead of the usual words', async () => {
  const answer = '이미 보내는 중이어서 확인하고 있습니다.';
  const { page } = await visit({ before: (fake) => void fake.put(aRequest({ status: 'cancelled', answer })) });

  await page.getByText(answer).waitFor();
  expect(await page.getByText('이 요청은 그만두었습니다.').count()).toBe(0);
});
