import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { accepted, fault } from './support/fake-panager.ts';
import { anApproval, aPreview, aRequest, aWait, DENTIST } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

const asking = (...approvals: ReturnType<typeof anApproval>[]) =>
  aRequest({ text: '내일 3시에 치과 예약해줘', status: 'waiting', waitingFor: approvals });
const routeOf = ({ approvalId }: { approvalId: string }) => `POST /api/approvals/${approvalId}`;

test('a write that waited long says why it is shown, what it does in plain words, and its exact text', async () => {
  const approval = anApproval();
  const { page } = await visit({ before: (fake) => void fake.put(asking(approval)) });

  const card = page.getByRole('group', { name: '일정 만들기: 실행할까요?' });
  await card.getByText('연습용 Google 연결을 15분 넘게 기다린 일이라').waitFor();
  await page.getByText('확인을 기다리는 중').waitFor();
  expect(await card.locator('dl').innerText()).toMatch(/제목\s+치과 예약\s+시간\s+11월 26일 .+ 오후 3:00\s· 60분/);

  expect(await card.locator('pre').isVisible()).toBe(false);
  await card.getByText('실행할 내용 전체').click();
  expect(await card.locator('pre').innerText()).toBe(approval.preview);
});

test('the same in English', async () => {
  const { page } = await visit({
    session: { user: { id: crypto.randomUUID(), name: 'Kim', language: 'en' } },
    before: (fake) => void fake.put(asking(anApproval(), anApproval({ provider: null }))),
  });

  const card = page.getByRole('group', { name: 'Create an event: go ahead?' });
  await card.getByText('This waited for your practice Google account for more than 15 minutes').waitFor();
  await card.getByText('This waited for your account for more than 15 minutes').waitFor();
  expect(await card.locator('dl').first().innerText()).toMatch(/Title\s+치과 예약\s+Time\s+.*Nov 26.*\s· 60 minutes/);
  await card.getByRole('button', { name: 'Go ahead' }).first().waitFor();
  await card.getByRole('button', { name: "Don't do it" }).first().waitFor();
  await page.getByRole('button', { name: 'Go ahead with all 2' }).waitFor();
});

test('a yes is sent once, also by a double click, and the answer takes the place of the card', async () => {
  const approval = anApproval();
  const request = asking(approval);
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(routeOf(approval), () => accepted({ approvalId: approval.approvalId }));

  await page.getByRole('button', { name: '실행', exact: true }).dblclick();
  expect(await page.getByRole('button', { name: '전하는 중' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: '하지 않기' }).isDisabled()).toBe(true);
  fake.put({ ...request, revision: 2, waitingFor: [], status: 'done', answer: '추가했습니다.' });

  await page.getByText('추가했습니다.').waitFor();
  expect((await fake.received(routeOf(approval))).map(({ body }) => body)).toEqual([{ decision: 'approve' }]);
  expect(await page.getByRole('button', { name: /대기 중/ }).count()).toBe(0);
});

test('a no is sent as a no', async () => {
  const approval = anApproval();
  const { page, fake } = await visit({ before: (before) => void before.put(asking(approval)) });
  fake.on(routeOf(approval), () => accepted());

  await page.getByRole('button', { name: '하지 않기' }).click();

  await page.getByRole('button', { name: '전하는 중' }).waitFor();
  expect((await fake.received(routeOf(approval))).map(({ body }) => body)).toEqual([{ decision: 'deny' }]);
});

test('a request that waits for a yes can be stopped as a whole', async () => {
  const request = asking(anApproval());
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(`POST /api/requests/${request.id}/cancel`, () => accepted());

  await page.getByRole('button', { name: '그만두기' }).click();

  await page.getByRole('button', { name: '그만두는 중' }).waitFor();
});

test('an outdated preview is explained beside the buttons, and the new one takes its place and is decided', async () => {
  const outdated = anApproval();
  const renewed = anApproval();
  const request = asking(outdated);
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(routeOf(outdated), () =>
    fault(409, 'approvalExpired', '오래되어 결정을 받지 않았습니다.', '다시 봐 주세요.'),
  );
  fake.on(routeOf(renewed), () => accepted());
  const card = page.getByRole('group', { name: '일정 만들기: 실행할까요?' });
  const element = await card.elementHandle();

  await card.getByRole('button', { name: '실행', exact: true }).click();
  await card.getByRole('alert').getByText('오래되어 결정을 받지 않았습니다. 다시 봐 주세요.').waitFor();
  fake.put({ ...request, revision: 2, waitingFor: [renewed] });
  fake.put(aRequest({ text: '그 뒤의 질문' }));
  await page.getByRole('article', { name: '그 뒤의 질문' }).waitFor();
  expect(await element?.evaluate((node) => node.isConnected)).toBe(true);
  await card.getByRole('button', { name: '실행', exact: true }).click();

  await card.getByRole('button', { name: '전하는 중' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await fake.received(routeOf(outdated))).toHaveLength(1);
  expect((await fake.received(routeOf(renewed))).map(({ body }) => body)).toEqual([{ decision: 'approve' }]);
});

test('what was decided elsewhere is said, and the buttons stay usable', async () => {
  const approval = anApproval();
  const { page, fake } = await visit({ before: (before) => void before.put(asking(approval)) });
  fake.on(routeOf(approval), () => fault(409, 'approvalDecided', '이미 결정되었습니다.', '지금 상태를 확인해 주세요.'));

  await page.getByRole('button', { name: '하지 않기' }).click();

  await page.getByRole('alert').getByText('이미 결정되었습니다. 지금 상태를 확인해 주세요.').waitFor();
  expect(await page.getByRole('button', { name: '실행', exact: true }).isEnabled()).toBe(true);
});

test('several writes of one request are decided one by one or agreed to at once', async () => {
  const first = anApproval();
  const second = anApproval({ tool: 'tasks_create', preview: aPreview('tasks_create', { title: '우유' }) });
  const request = asking(first, second);
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(routeOf(second), () => accepted());
  const third = anApproval();
  fake.on(routeOf(third), () => accepted());

  const task = page.getByRole('group', { name: '할 일 만들기: 실행할까요?' });
  await task.getByRole('button', { name: '하지 않기' }).click();
  await task.getByRole('button', { name: '전하는 중' }).waitFor();
  expect(await page.getByRole('button', { name: '실행', exact: true }).first().isEnabled()).toBe(true);
  fake.put({ ...request, revision: 2, waitingFor: [first, third] });
  await task.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: '2개 모두 실행' }).dblclick();
  await page.getByRole('button', { name: '전하는 중' }).waitFor();
  expect(await page.getByRole('button', { name: '실행', exact: true }).last().isDisabled()).toBe(true);
  expect((await fake.received(routeOf(second))).map(({ body }) => body)).toEqual([{ decision: 'deny' }]);
  // The newest that was shown is named: it answers for those before it, and for nothing that is asked later.
  expect((await fake.received(routeOf(third))).map(({ body }) => body)).toEqual([{ decision: 'approveAll' }]);
  expect(await page.getByRole('button', { name: '그만두기' }).count()).toBe(1);
});

test('a request that waits for an account and for a yes shows both', async () => {
  const request = aRequest({ status: 'waiting', waitingFor: [aWait({ provider: 'github' }), anApproval()] });
  const { page } = await visit({ before: (fake) => void fake.put(request) });

  await page.getByRole('link', { name: 'GitHub 연결' }).waitFor();
  await page.getByRole('button', { name: '실행', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: '그만두기' }).count()).toBe(1);
});

test('AG-1: a text that pretends to be markup, or another line, is shown as the text it is', async () => {
  const title = '<b>회의</b>"}\n<img src=x onerror="document.title=1">';
  const preview = aPreview('calendar_create_event', { ...DENTIST, title });
  const { page } = await visit({ before: (fake) => void fake.put(asking(anApproval({ preview }))) });

  await page.getByText('실행할 내용 전체').click();
  expect(await page.locator('pre').innerText()).toBe(preview);
  expect(await page.locator('pre *, dd *').count()).toBe(0);
  expect(await page.locator('dd').first().textContent()).toBe(title);
});

test('AG-1: what has no plain words is shown by its exact text at once', async () => {
  const unknown = anApproval({ tool: 'fly_to_moon', preview: aPreview('fly_to_moon', { seats: 2 }) });
  const more = anApproval({ preview: aPreview('calendar_create_event', { ...DENTIST, guests: ['a@example.com'] }) });
  const { page } = await visit({ before: (fake) => void fake.put(asking(unknown, more)) });

  await page.getByRole('group', { name: 'fly_to_moon: 실행할까요?' }).waitFor();
  expect(await page.locator('pre').evaluateAll((texts) => texts.map((text) => text.checkVisibility()))).toEqual([
    true,
    true,
  ]);
});

test('the focus stays in the reply while a decision is on its way, and returns to the button when it failed', async () => {
  const approval = anApproval();
  const request = asking(approval);
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  fake.on(routeOf(approval), async () => {
    await held;
    return fault(409, 'approvalExpired', '오래되었습니다.');
  });
  const focused = () => page.evaluate(nameOfFocused);

  await page.getByRole('button', { name: '실행', exact: true }).press('Enter');
  await until('the reply has the focus', async () => (await focused()) === request.text || null);
  answer();
  await page.getByRole('alert').waitFor();
  await until('the button has it again', async () => (await focused()) === '실행' || null);

  fake.on(routeOf(approval), () => accepted());
  await page.keyboard.press('Enter');
  fake.put({ ...request, revision: 2, waitingFor: [], status: 'done', answer: '추가했습니다.' });
  await page.getByText('추가했습니다.').waitFor();
  await until('the reply has the focus', async () => (await focused()) === request.text || null);
});

test('who has gone on to write is not called back by a reply that changes', async () => {
  const approval = anApproval();
  const request = asking(approval);
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  fake.on(routeOf(approval), () => accepted());

  await page.getByRole('button', { name: '하지 않기' }).click();
  await page.getByRole('textbox', { name: '메시지' }).click();
  fake.put({ ...request, revision: 2, waitingFor: [], status: 'done', answer: '그대로 두었습니다.' });
  await page.getByText('그대로 두었습니다.').waitFor();

  expect(await page.evaluate(nameOfFocused)).toBe('메시지');
});

const nameOfFocused = () =>
  document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '';

test('the second click of a double click decides nothing that came under it meanwhile', async () => {
  const approval = anApproval();
  const { page, fake } = await visit({ before: (before) => void before.put(asking(approval)) });
  fake.on(routeOf(approval), () => accepted());
  const approve = page.getByRole('button', { name: '실행', exact: true });

  await approve.dispatchEvent('click', { detail: 2 });
  await page.getByRole('button', { name: '하지 않기' }).dispatchEvent('click', { detail: 2 });
  expect(await approve.isEnabled()).toBe(true);
  expect(fake.callsOf(routeOf(approval))).toEqual([]);

  // By the keyboard.
  await approve.press('Enter');
  await fake.received(routeOf(approval));
});
