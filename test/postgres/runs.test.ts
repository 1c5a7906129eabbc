import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RunCapReached } from '../../src/ports/runs.ts';
import { createCallRuns } from '../../src/providers/postgres/call-runs.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { createRuns } from '../../src/providers/postgres/runs.ts';
import { openRunRoom, type RunRoom } from '../http/support/run-room.ts';
import { until } from '../support/until.ts';

let room: RunRoom;
beforeAll(async () => {
  room = await openRunRoom();
}, 60_000);
afterAll(() => room.close());

const CLONE_URL = 'https://git.example.org/owner/repository';
const person = () => room.database.newPerson();
const countOf = async (table: 'run' | 'project' | 'outbox', where: string, value: string): Promise<number> =>
  (await room.database.owner.query(`SELECT 1 FROM ${table} WHERE ${where} = $1`, [value])).rowCount ?? 0;

test('a project is stored together with the run that clones it, and with that run’s start', async () => {
  const userId = await person();
  const project = await room.projects.create({ userId, name: 'repository', cloneUrl: CLONE_URL });
  if (project === 'duplicateName') throw new Error('it is the first of its name');
  expect(project).toMatchObject({ name: 'repository', cloneUrl: CLONE_URL, defaultBranch: null, head: null });
  expect(project.importRun).toMatchObject({ status: 'queued', failure: null });
  const runId = project.importRun?.id ?? '';
  expect(await room.outboxOf(runId)).toEqual(['startRun']);
  expect(await room.runs.find(userId, runId)).toMatchObject({ kind: 'import', command: [], projectId: project.id });

  await room.begin(runId);
  await room.store.cloned(runId, { defaultBranch: 'main', head: 'a'.repeat(40) });
  await room.store.end(runId, { ending: 'failed', failure: 'cloneFailed' });
  expect(await room.projects.find(userId, project.id)).toMatchObject({
    defaultBranch: 'main',
    head: 'a'.repeat(40),
    importRun: { id: runId, status: 'failed', failure: 'cloneFailed' },
  });
});

test('of ten projects of one name at once there is one, with one run; another person may have one too', async () => {
  const userId = await person();
  const names = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'Same' : 'same'));
  const created = await Promise.all(names.map((name) => room.projects.create({ userId, name, cloneUrl: CLONE_URL })));
  expect(created.filter((each) => each !== 'duplicateName')).toHaveLength(1);
  expect([await countOf('project', 'user_id', userId), await countOf('run', 'user_id', userId)]).toEqual([1, 1]);
  const other = { userId: await person(), name: 'same', cloneUrl: CLONE_URL };
  expect(await room.projects.create(other)).not.toBe('duplicateName');
});

test('a deleted project is not found any more, its runs are asked to stop, and its name is free again', async () => {
  const userId = await person();
  const project = await room.projects.create({ userId, name: 'gone', cloneUrl: CLONE_URL });
  if (project === 'duplicateName') throw new Error('it is the first of its name');
  const [live, over] = [await room.newRun(userId, project.id), await room.newRun(userId, project.id)];
  await room.begin(live);
  await room.end(over);

  expect(await room.projects.delete(userId, project.id)).toBe('deleted');
  expect(await room.projects.delete(userId, project.id)).toBe('notFound');
  expect(await room.projects.find(userId, project.id)).toBeNull();
  expect(await room.projects.list(userId)).toEqual([]);
  expect(await room.runs.start({ userId, projectId: project.id, command: ['true'] })).toBe('notFound');
  expect((await room.runs.find(userId, live))?.status).toBe('stopping');
  expect((await room.runs.find(userId, over))?.status).toBe('done');
  expect([await room.outboxOf(live), await room.outboxOf(over)]).toEqual([['startRun', 'stopRun'], ['startRun']]);
  expect(await room.projects.create({ userId, name: 'gone', cloneUrl: CLONE_URL })).not.toBe('duplicateName');
});

test('no run outlives the deletion of its project, whoever comes first', async () => {
  const userId = await person();
  for (let round = 0; round < 20; round++) {
    const projectId = await room.newProject(userId);
    const command = ['true'];
    await Promise.all([
      room.runs.start({ userId, projectId, command }),
      room.projects.delete(userId, projectId),
      room.runs.start({ userId, projectId, command }),
    ]);
    const left = await room.database.owner.query(
      'SELECT 1 FROM run WHERE project_id = $1 AND stop_asked_at IS NULL AND ended_at IS NULL',
      [projectId],
    );
    expect(left.rowCount).toBe(0);
  }
});

test('a run is stored with its start once, and stopped with one row however often it is asked', async () => {
  const userId = await person();
  const projectId = await room.newProject(userId);
  const started = await room.runs.start({ userId, projectId, command: ['printf', '%s\\n', '안녕 "x" {y}, NULL', ''] });
  if (started === 'notFound') throw new Error('its project is there');
  expect(started).toMatchObject({
    command: ['printf', '%s\\n', '안녕 "x" {y}, NULL', ''],
    kind: 'command',
    status: 'queued',
    log: { length: 0, droppedBytes: 0 },
  });
  const answers = await Promise.all(Array.from({ length: 5 }, () => room.runs.stop(userId, started.id)));
  expect(new Set(answers)).toEqual(new Set(['asked']));
  expect(await room.outboxOf(started.id)).toEqual(['startRun', 'stopRun']);
  await room.end(started.id, 'stopped');
  expect(await room.runs.stop(userId, started.id)).toBe('ended');
  expect(await room.runs.find(userId, started.id)).toMatchObject({ status: 'stopped', ending: 'stopped' });
  expect(await room.outboxOf(started.id)).toEqual(['startRun', 'stopRun']);
});

test('nothing of somebody else is found, changed or listed', async () => {
  const [userId, other] = [await person(), await person()];
  const projectId = await room.newProject(userId);
  const runId = await room.newRun(userId, projectId);
  expect(await room.runs.start({ userId: other, projectId, command: ['true'] })).toBe('notFound');
  expect(await room.runs.stop(other, runId)).toBe('notFound');
  expect(await room.runs.find(other, runId)).toBeNull();
  expect(await room.runs.findMany(other, [runId])).toEqual([]);
  expect(await room.runs.list(other, projectId, 10)).toEqual([]);
  expect(await room.projects.find(other, projectId)).toBeNull();
  expect(await room.projects.delete(other, projectId)).toBe('notFound');
  expect(await room.projects.list(other)).toEqual([]);
  expect(await countOf('run', 'user_id', other)).toBe(0);
  expect((await room.runs.find(userId, runId))?.status).toBe('queued');
});

test('runs are listed newest first, as many as are asked for', async () => {
  const userId = await person();
  const projectId = await room.newProject(userId);
  const ids: string[] = [];
  for (let count = 0; count < 4; count++) ids.unshift(await room.newRun(userId, projectId));
  expect((await room.runs.list(userId, projectId, 3)).map(({ id }) => id)).toEqual(ids.slice(0, 3));
});

test.each([
  ['atOnce', { atOnce: 3, daily: null, minutes: null }],
  ['daily', { atOnce: 100, daily: 3, minutes: null }],
] as const)('MO-3: of many starts at once no more are taken than the cap %s allows', async (which, caps) => {
  const userId = await person();
  const projectId = await room.newProject(userId);
  const runs = createRuns(room.database.gateway, caps);
  const tries = await Promise.allSettled(
    Array.from({ length: 12 }, () => runs.start({ userId, projectId, command: ['true'] })),
  );
  const refused = tries.filter((each) => each.status === 'rejected').map(({ reason }): unknown => reason);
  expect(refused).toHaveLength(10);
  for (const error of refused) expect(error).toMatchObject({ name: 'RunCapReached', which, cap: 3 });
  // The one that clones the project counts too.
  expect(await countOf('run', 'user_id', userId)).toBe(3);
  const projects = createProjects(room.database.gateway, caps);
  await expect(projects.create({ userId, name: 'one more', cloneUrl: CLONE_URL })).rejects.toThrow(RunCapReached);
  expect(await countOf('project', 'user_id', userId)).toBe(1);
});

test('MO-3: minutes of containers are counted, those of the last day only, and an ended run makes room', async () => {
  const userId = await person();
  const projectId = await room.newProject(userId);
  const runs = createRuns(room.database.gateway, { atOnce: 2, daily: null, minutes: 30 });
  const runId = await room.newRun(userId, projectId);
  const spend = (hoursAgo: number, minutes: number) =>
    room.database.owner.query(
      `UPDATE run SET started_at = now() - make_interval(hours => $2::int), ending = 'exited', exit_code = 0,
                      ended_at = now() - make_interval(hours => $2::int) + make_interval(mins => $3::int)
       WHERE id = $1`,
      [runId, hoursAgo, minutes],
    );
  const start = () => runs.start({ userId, projectId, command: ['true'] });
  await expect(start()).rejects.toMatchObject({ which: 'atOnce' });
  await spend(25, 300);
  expect(await start()).toMatchObject({ status: 'queued' });
  await spend(5, 31);
  await room.database.owner.query(`UPDATE run SET ending = 'stopped', ended_at = now() WHERE ended_at IS NULL`);
  await expect(start()).rejects.toMatchObject({ which: 'minutes', cap: 30 });
});

test('C6: read from each of 10,000 lines on, a log goes on right there', async () => {
  const runId = await room.newRun(await person());
  const lines = Array.from(
    { length: 10_000 },
    (_, index) => `line ${index} ${'=*'.repeat(index % 7)} 한글 \u{1F642}\n`,
  );
  for (let index = 0; index < lines.length; index += 500) {
    // Pieces of 1 to 7 lines, of both streams in turn.
    const pieces: ['stdout' | 'stderr', string][] = [];
    for (let at = index, size = 1; at < index + 500; at += size, size = (size % 7) + 1) {
      const text = lines.slice(at, Math.min(at + size, index + 500)).join('');
      pieces.push([pieces.length % 2 === 0 ? 'stdout' : 'stderr', text]);
    }
    await room.append(runId, ...pieces);
  }
  const whole = lines.join('');
  const goesOn = async (position: number): Promise<boolean> => {
    const [first, second] = await room.runs.log(runId, position, 2);
    if (first === undefined || first.position > position) return false;
    const from = first.text.slice(position - first.position);
    const isFollowed = second === undefined || second.position === first.position + first.text.length;
    return from !== '' && whole.startsWith(from, position) && isFollowed;
  };
  const wrong: number[] = [];
  let position = 0;
  for (const line of lines) {
    if (!(await goesOn(position))) wrong.push(position);
    position += line.length;
  }
  expect(wrong).toEqual([]);
  expect(await room.runs.log(runId, whole.length, 2)).toEqual([]);
}, 120_000);

test('C6: one read of a log is bounded, whatever its pieces are, and never empty before its end', async () => {
  const runId = await room.newRun(await person());
  const long = 'x'.repeat(300_000);
  for (let count = 0; count < 6; count++) await room.append(runId, ['stdout', long]);
  await room.append(runId, ['stderr', 'y'.repeat(700_000)], ['stdout', 'end']);
  const sizes: number[][] = [];
  for (let position = 0; ;) {
    const pieces = await room.runs.log(runId, position, 200);
    const last = pieces.at(-1);
    if (last === undefined) break;
    sizes.push(pieces.map(({ text }) => text.length));
    position = last.position + last.text.length;
  }
  expect(sizes.flat()).toEqual([...Array<number>(6).fill(300_000), 700_000, 3]);
  for (const read of sizes) expect(read.slice(0, -1).reduce((sum, size) => sum + size, 0)).toBeLessThan(512 * 1024);
});

test('the end of a log is read without what is long before it', async () => {
  const runId = await room.newRun(await person());
  const calls = createCallRuns(room.database.orchestrator, { atOnce: 100, daily: null, minutes: null });
  await room.append(runId, ['stdout', '0123456789'], ['stderr', 'abcdefghij'], ['stdout', 'klmnopqrst']);
  const tailOf = async (length: number) => (await calls.tail(runId, length)).text;
  expect(await tailOf(0)).toBe('klmnopqrst');
  // Counted from where the last piece begins.
  expect(await tailOf(1)).toBe('abcdefghijklmnopqrst');
  expect(await tailOf(10)).toBe('abcdefghijklmnopqrst');
  expect(await tailOf(11)).toBe('0123456789abcdefghijklmnopqrst');
  expect(await calls.tail(runId, 8_000)).toEqual({ text: '0123456789abcdefghijklmnopqrst', whole: true });
  expect(await calls.tail(await room.newRun(await person()), 10)).toEqual({ text: '', whole: true });
});

test('what was too much of a log is counted, and shown with its run', async () => {
  const userId = await person();
  const runId = await room.newRun(userId);
  await room.append(runId, ['stdout', 'abc']);
  const from = await room.store.cursor(runId);
  await room.store.append(runId, from, { ...from, stdout: from.stdout + 5_000, dropped: 5_000 }, []);
  expect((await room.runs.find(userId, runId))?.log).toEqual({ length: 3, droppedBytes: 5_000 });
});

test('diff and proof are there once they were stored', async () => {
  const userId = await person();
  const runId = await room.newRun(userId);
  expect([await room.runs.diff(runId), await room.runs.proof(runId)]).toEqual([null, null]);
  const diff = { patch: '-a\n+b\n', cut: true, files: [{ path: 'a b.txt', added: 1, removed: 1, binary: false }] };
  const proof = {
    checkedAt: new Date().toISOString(),
    host: 'host-1',
    containersGone: ['run'],
    folderGone: true,
    secretsGone: null,
    filesGone: null,
    proxyGone: true,
  };
  await room.store.saveDiff(runId, diff);
  await room.store.cleaned(runId, proof);
  expect([await room.runs.diff(runId), await room.runs.proof(runId)]).toEqual([diff, proof]);
});

test('a change of a run is in its person’s feed', async () => {
  const userId = await person();
  const runId = await room.newRun(userId);
  const changes = async () =>
    (
      await room.database.gateway.query('SELECT seq FROM event WHERE user_id = $1 AND subject_id = $2 AND kind = $3', [
        userId,
        runId,
        'run',
      ])
    ).rows as { seq: string }[];
  const [first] = await changes();
  await room.begin(runId);
  await until('it is told anew', async () => ((await changes())[0]?.seq === first?.seq ? null : true));
  expect(await changes()).toHaveLength(1);
});

test('ids that name nothing are found nowhere', async () => {
  const [userId, nothing] = [await person(), randomUUID()];
  expect(await room.runs.stop(userId, nothing)).toBe('notFound');
  expect(await room.runs.log(nothing, 0, 10)).toEqual([]);
  expect([await room.runs.diff(nothing), await room.runs.proof(nothing)]).toEqual([null, null]);
});
