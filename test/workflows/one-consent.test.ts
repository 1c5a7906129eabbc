import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { practiceGoogle } from '../connections/support/practice-google.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager();
}, 90_000);
afterAll(() => panager.close());
afterEach(async () => {
  await panager.forgetConnections();
  await practiceGoogle(panager.heart).reset();
});

/** The calls of a request that ever waited for an account. */
async function everWaited(requestId: string): Promise<string[]> {
  const { rows } = await panager.heart.pools.owner.query<{ tool: string }>(
    'SELECT c.tool FROM waiter w JOIN tool_call c USING (request_id, call_id) WHERE w.request_id = $1',
    [requestId],
  );
  return rows.map(({ tool }) => tool);
}

async function connectOnce(userId: string, requestId: string): Promise<string[]> {
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  const [wait] = waitingFor;
  expect(await panager.connect(userId, wait?.publicId ?? '')).toMatchObject({ kind: 'connected' });
  return wait?.missingScopes ?? [];
}

const CHANGE = ['https://www.googleapis.com/auth/calendar.events'];

test('a request that reads and then writes asks once, with nothing connected: both calls run', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId, '다음 주 월요일 분기 계획 발표 삭제해줘');
  expect(await connectOnce(userId, requestId)).toEqual(CHANGE);
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toContain('일정을 지웠습니다');
  expect(calls).toMatchObject([
    { tool: 'calendar_list_events', status: 'done' },
    { tool: 'calendar_delete_event', status: 'done' },
  ]);
  expect(await everWaited(requestId)).toEqual(['calendar_list_events']);
});

test('a request that only reads asks for reading, and a later change asks once for what is missing', async () => {
  const userId = await newPerson(panager.heart);
  const reading = await panager.ask(userId, '다음 주 일정 보여줘');
  expect(await connectOnce(userId, reading)).toEqual(['https://www.googleapis.com/auth/calendar.events.readonly']);
  await panager.reaches(userId, reading, 'done');

  const changing = await panager.ask(userId, '다음 주 수요일 건강 검진 9시로 옮겨줘');
  expect(await connectOnce(userId, changing)).toEqual(CHANGE);
  const { answer } = await panager.reaches(userId, changing, 'done');
  expect(answer).toContain('일정을 바꾸었습니다');
  expect(await everWaited(changing)).toEqual(['calendar_list_events']);
});
