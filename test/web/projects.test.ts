import { expect, jest, test } from '@jest/globals';
import { look, projectRoom } from './support/project-room.ts';

const room = projectRoom();

/** A browser, a database and a server for each test, and axe looks at most of them. */
jest.setTimeout(60_000);

test('from the conversation to the projects and back, by link and by the browser’s own buttons', async () => {
  const { page, go } = await room.visit();
  await go('');
  await page.getByRole('textbox', { name: '메시지' }).fill('쓰다 만 글');

  await page.getByRole('link', { name: '프로젝트' }).click();
  await page.getByRole('heading', { name: '프로젝트', exact: true }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('프로젝트');
  await page.getByRole('link', { name: '대화' }).click();
  expect(await page.getByRole('textbox', { name: '메시지' }).inputValue()).toBe('쓰다 만 글');
  await page.goBack();
  await page.getByText('아직 프로젝트가 없습니다.').waitFor();
  await look(page, 'projects-none-ko');
});

test('where there are no containers, there are no projects either', async () => {
  const { page, go } = await room.visit({ deployment: 'local' });
  await go('projects');
  await page.getByRole('textbox', { name: '메시지' }).waitFor();

  expect(await page.getByRole('link', { name: '프로젝트' }).count()).toBe(0);
});

test('a repository is added by its address, and how far it is cloned is told as it goes', async () => {
  const { page, go, user } = await room.visit();
  await go('projects');
  await page.getByLabel('저장소 주소').fill('https://git.example.org/minji/hello.git');
  await page.keyboard.press('Enter');

  const card = page.getByRole('listitem').filter({ hasText: 'https://git.example.org/minji/hello' });
  await card.getByRole('link', { name: 'hello', exact: true }).waitFor();
  await card.getByText('실행할 자리를 기다리는 중입니다.').waitFor();
  expect(await page.getByLabel('저장소 주소').inputValue()).toBe('');

  const [project] = await room.rows().projects.list(user.id);
  const runId = project!.importRun!.id;
  await room.rows().begin(runId);
  await card.getByText('저장소를 가져오는 중입니다.').waitFor();
  await room.rows().store.cloned(runId, { defaultBranch: 'main', head: 'c0ffee1'.padEnd(40, '0') });
  await room.rows().end(runId);
  await card.getByText('main 브랜치 · 커밋 c0ffee1').waitFor();
});

test('a repository that cannot be cloned says why', async () => {
  const { page, go, user } = await room.visit({ language: 'en' });
  const project = await room
    .rows()
    .projects.create({ userId: user.id, name: 'secret', cloneUrl: 'https://git.example.org/a/b' });
  if (project === 'duplicateName') throw new Error('it is the first of its name');
  await room.newProject(user.id);
  await room.rows().store.end(project.importRun!.id, { ending: 'failed', failure: 'cloneFailed' });
  await go('projects');

  await page
    .getByText('The repository could not be cloned. Check that its address is right and that it is public.')
    .waitFor();
  await look(page, 'projects-en');
});

test('what is wrong with the address or the name is said at the field, which has the focus', async () => {
  const { page, go, user } = await room.visit();
  await room.newProject(user.id, 'hello');
  await go('projects');
  const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement).name);

  await page.getByLabel('저장소 주소').fill('http://user:password@10.0.0.1/x');
  await page.getByRole('button', { name: '추가' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('저장소 주소').getAttribute('aria-invalid')).toBe('true');
  expect(await focused()).toBe('cloneUrl');

  await page.getByLabel('저장소 주소').fill('https://git.example.org/another/repository');
  await page.getByLabel('이름 (선택)').fill('Hello');
  await page.getByRole('button', { name: '추가' }).click();
  await page.locator('[name=name][aria-invalid=true]').waitFor();
  expect(await focused()).toBe('name');
  expect(await page.getByLabel('저장소 주소').inputValue()).toBe('https://git.example.org/another/repository');
  await look(page, 'projects-name-taken-ko');
});

test('a project is deleted after a question, and its runs are asked to stop', async () => {
  const { page, go, user } = await room.visit();
  const projectId = await room.newProject(user.id);
  const runId = await room.newRun(user.id, projectId, 'sleep 1000');
  await go(`projects/${projectId}`);

  await page.getByRole('button', { name: '프로젝트 지우기' }).click();
  await page.getByRole('region', { name: 'hello 프로젝트를 지울까요?' }).waitFor();
  await look(page, 'project-delete-ko');
  await page.getByRole('button', { name: '그대로 두기' }).click();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('프로젝트 지우기');
  expect(await room.rows().projects.find(user.id, projectId)).not.toBeNull();

  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '지우기', exact: true }).click();
  await page.getByText('아직 프로젝트가 없습니다.').waitFor();
  expect(await room.rows().runs.find(user.id, runId)).toMatchObject({ status: 'stopping' });
});

test('a line is executed by a shell, and leads to its run', async () => {
  const { page, go, user } = await room.visit();
  const projectId = await room.newProject(user.id);
  await go(`projects/${projectId}`);
  await page.getByText('main 브랜치 · 커밋 c0ffee1').waitFor();

  await page.getByLabel('실행할 명령').fill("  npm test -- --grep 'a b' && echo done ");
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: "npm test -- --grep 'a b' && echo done" }).waitFor();
  await page.getByText('실행할 자리를 기다립니다.').waitFor();
  const [run] = await room.rows().runs.list(user.id, projectId, 1);
  expect(run!.command).toEqual(['/bin/sh', '-c', "npm test -- --grep 'a b' && echo done"]);
});

test('more runs than a person may have are refused in words, and the command stays', async () => {
  const { page, go, user } = await room.visit();
  const projectId = await room.newProject(user.id);
  for (const line of ['one', 'two', 'three', 'four']) await room.newRun(user.id, projectId, line);
  await go(`projects/${projectId}`);
  await page.getByLabel('실행할 명령').fill('five');
  await page.keyboard.press('Enter');

  await page.getByRole('alert').filter({ hasText: '4' }).waitFor();
  expect(await page.getByLabel('실행할 명령').inputValue()).toBe('five');
  expect(await page.getByRole('link', { name: /^(one|two|three|four)$/ }).allInnerTexts()).toEqual([
    'four',
    'three',
    'two',
    'one',
  ]);
  await look(page, 'project-cap-ko');
});

test('the runs of a project tell how they are, as it changes', async () => {
  const { page, go, user } = await room.visit({ language: 'en' });
  const projectId = await room.newProject(user.id);
  const runId = await room.newRun(user.id, projectId, 'make');
  await go(`projects/${projectId}`);
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'make' }) });

  await card.getByText('Waiting').waitFor();
  await room.rows().begin(runId);
  await card.getByText('Running').waitFor();
  await room.rows().store.end(runId, { ending: 'signalled', signal: 'SIGSEGV' });
  await card.getByText('Failed').waitFor();
  expect(await page.getByRole('link', { name: 'Cloning the repository' }).count()).toBe(1);
});

test('somebody else’s project and run, and what never was, are not there', async () => {
  const owner = await room.visit();
  const projectId = await room.newProject(owner.user.id);
  const runId = await room.newRun(owner.user.id, projectId, 'make');
  const { page, go } = await room.visit();

  for (const place of [`projects/${projectId}`, `runs/${runId}`, 'runs/nothing']) {
    await go('');
    await go(place);
    await page.getByRole('heading', { name: '여기에는 보여 드릴 것이 없습니다.' }).waitFor();
  }
  await page.getByRole('main').getByRole('link', { name: '프로젝트' }).click();
  await page.getByText('아직 프로젝트가 없습니다.').waitFor();
});

test('a run that starts late leads nobody away who has gone on to write', async () => {
  const { page, go, user } = await room.visit();
  const projectId = await room.newProject(user.id);
  await go(`projects/${projectId}`);
  const late = Promise.withResolvers<void>();
  await page.route(`**/api/projects/${projectId}/runs`, async (route) => {
    await late.promise;
    await route.continue();
  });
  await page.getByLabel('실행할 명령').fill('npm test');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '대화' }).click();
  const field = page.getByRole('textbox', { name: '메시지' });
  await field.fill('쓰는 중');

  const started = page.waitForResponse((response) => response.url().endsWith('/runs') && response.status() === 202);
  late.resolve();
  await started;
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));

  expect(await field.inputValue()).toBe('쓰는 중');
  expect(new URL(page.url()).hash).toBe('#/');
});
