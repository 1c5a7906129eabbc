import { expect, test } from '@jest/globals';
import { placeAddress, placeOf, type Place } from '../../src/web/place.ts';
import { ok } from './support/fake-panager.ts';
import { look } from './support/project-room.ts';
import { aRequest, aWait } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

test.each<Place>([
  { kind: 'conversation' },
  { kind: 'projects' },
  { kind: 'project', id: 'b3f0c2a8-0000-4000-8000-000000000000' },
  { kind: 'run', id: 'b3f0c2a8-0000-4000-8000-000000000000' },
])('the address of a place leads there: %j', (place) => {
  expect(placeOf(placeAddress(place))).toEqual(place);
});

test.each(['', '#', '#/', '#/runs', '#/runs/', '#elsewhere', '#/%'])('%j leads to the conversation', (hash) => {
  expect(placeOf(hash)).toEqual({ kind: 'conversation' });
});

test('from the projects, a request that waits is one click away', async () => {
  const request = aRequest({ text: '오래전의 부탁', status: 'waiting', waitingFor: [aWait()] });
  const { page } = await visit({
    size: 'phone',
    path: '/#/projects',
    before: (fake) => {
      fake.on('GET /api/projects', () => ok({ projects: [] }));
      fake.put(request);
      for (let at = 1; at < 20; at++) fake.put(aRequest({ text: `부탁 ${at}`, status: 'done', answer: '네.' }));
    },
  });
  await page.getByText('아직 프로젝트가 없습니다.').waitFor();
  await page.getByRole('button', { name: '대기 중 1' }).waitFor();
  await look(page, 'projects-waiting-phone');

  await page.getByRole('button', { name: '대기 중 1' }).click();

  const article = page.getByRole('article', { name: request.text });
  await article.waitFor();
  await page.waitForFunction((id) => document.activeElement?.id === `request-${id}`, request.id);
  expect(await article.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(0);
});

test('who comes back to the conversation is at its end, as before', async () => {
  const { page } = await visit({
    before: (fake) => {
      fake.on('GET /api/projects', () => ok({ projects: [] }));
      for (let at = 0; at < 25; at++) fake.put(aRequest({ text: `부탁 ${at}`, status: 'done', answer: '네.' }));
    },
  });
  const newest = page.getByRole('article', { name: '부탁 24' });
  await newest.waitFor();
  await page.getByRole('link', { name: '프로젝트' }).click();
  await page.getByText('아직 프로젝트가 없습니다.').waitFor();

  await page.getByRole('link', { name: '대화' }).click();

  await newest.waitFor();
  await page.waitForFunction(() => {
    const box = document.querySelector('.conversation');
    return box !== null && box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 2;
  });
});
