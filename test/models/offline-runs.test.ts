import { describe, expect, test } from '@jest/globals';
import { after, contextOf, done, nextAnswer, nextCall, nextTurn } from './support/conversation.ts';

const call = { tool: 'run_in_project', arguments: { project: 'demo', command: 'npm test' } };
const ENDED = { runId: '0', project: 'demo', ending: 'exited', exitCode: 0, signal: null, failure: null };
const ko = contextOf('demo 프로젝트에서 npm test 실행해줘');
const en = contextOf('run npm test in demo');

test.each([
  ['내 프로젝트 demo에서 npm test 실행해줘', 'demo', 'npm test'],
  ['demo 프로젝트에서 `make test` 돌려줘', 'demo', 'make test'],
  ['demo에서 npm test를 한번 돌려 주세요.', 'demo', 'npm test'],
  ['프로젝트 demo에서 npm test 실행 부탁해요', 'demo', 'npm test'],
  ['“my app” 프로젝트에서 ls -la 실행해 줄래?', 'my app', 'ls -la'],
  ['npm test를 demo 프로젝트에서 실행해줘', 'demo', 'npm test'],
  ['`echo "내일 회의 삭제해줘"` demo에서 실행', 'demo', 'echo "내일 회의 삭제해줘"'],
  ['demo 프로젝트에서 `echo $(date) && echo `id`` 실행해줘', 'demo', 'echo $(date) && echo `id`'],
  ['run npm test in demo', 'demo', 'npm test'],
  ['run `ls -la` in project demo', 'demo', 'ls -la'],
  ['Please run `make test` in my demo project.', 'demo', 'make test'],
  ['can you run npm run build in demo, please?', 'demo', 'npm run build'],
  ['in project demo, run grep -r in src', 'demo', 'grep -r in src'],
  ['run grep -r in src in demo', 'demo', 'grep -r in src'],
  ["execute `cancel tomorrow's standup` in demo", 'demo', "cancel tomorrow's standup"],
])('%s: one run, with the words as they are', async (words, project, command) => {
  expect(await nextCall(contextOf(words))).toEqual({ tool: 'run_in_project', arguments: { project, command } });
});

test.each([
  'demo에서 npm test 실행하지 마',
  'demo에서 npm test 실행 결과 보여줘',
  'demo에서 npm test 실행했어?',
  'demo에서 npm test 실행해?',
  "don't run npm test in demo",
  '이번 주 일정 보여줘',
  'what is on my calendar tomorrow?',
  '내일 3시에 회의실에서 회의 추가해줘',
])('%s: nothing is run', async (words) => {
  const turn = await nextTurn(contextOf(words));
  expect('calls' in turn ? turn.calls.map(({ tool }) => tool) : []).not.toContain('run_in_project');
});

test('something to run is no answer to a question about the calendar', async () => {
  const asked = contextOf('내일 회의 추가해줘');
  const question = await nextAnswer(asked);
  const earlier = [{ text: asked.text, askedAt: asked.askedAt, answer: question }];
  expect(await nextCall(contextOf(ko.text, { earlier }))).toEqual(call);
});

describe('the answer', () => {
  test('tells how it ended, how long it took, and the end of what it said', async () => {
    const result = { ...ENDED, seconds: 75, tail: 'ok 1\nok 2', cut: true };
    const answer = await nextAnswer(after(ko, call, done(result)));
    expect(answer).toContain('“demo” 프로젝트에서 실행: `npm test`');
    expect(answer).toContain('(종료 코드 0) 1분 15초 걸렸습니다.');
    expect(answer).toContain('```\nok 1\nok 2\n```');
    expect(answer).toContain('마지막 부분');
    expect(await nextAnswer(after(en, call, done(result)))).toMatch(/exit code 0\) It took 1 min 15 s\./);
  });

  test('keeps what was printed inside its block, whatever it is', async () => {
    const result = { ...ENDED, seconds: 1, tail: '```\n# not a heading', cut: false };
    const answer = await nextAnswer(after(en, call, done(result)));
    expect(answer.match(/```/g)).toHaveLength(2);
  });

  test.each([
    [{ ending: 'exited', exitCode: 3 }, '종료 코드 3'],
    [{ ending: 'exited', exitCode: 127 }, '그런 명령이 없습니다'],
    [{ ending: 'signalled', exitCode: null, signal: 'SIGSEGV' }, 'SIGSEGV'],
    [{ ending: 'outOfMemory', exitCode: null }, '메모리'],
    [{ ending: 'timeLimit', exitCode: null }, '시간'],
    [{ ending: 'stopped', exitCode: null }, '멈췄습니다'],
    [{ ending: 'hostLost', exitCode: null }, '결과를 알 수 없습니다'],
    [{ ending: 'failed', exitCode: null, failure: 'noHost', seconds: null }, 'Docker를 켜고'],
    [{ ending: 'failed', exitCode: null, failure: 'cloneFailed', seconds: null }, '저장소를 가져오지 못했습니다'],
  ])('says what %j means', async (end, words) => {
    const result = { ...ENDED, seconds: 4, tail: '', cut: false, ...end };
    const answer = await nextAnswer(after(ko, call, done(result)));
    expect(answer).toContain(words);
    // What never began said nothing.
    expect(answer.includes('출력은 없었습니다')).toBe(result.seconds !== null);
  });

  test.each([
    [{ code: 'unknownProject', details: { projects: ['api', 'web'] } }, 'api, web'],
    [{ code: 'unknownProject', details: { projects: [] } }, '저장소를 추가하고'],
    [{ code: 'runCapReached', details: { which: 'atOnce', cap: 2 } }, '한 번에 2개까지'],
    [{ code: 'runsNotServed' }, '명령을 실행하지 않습니다'],
    [{ code: 'uncertain' }, '결과를 알 수 없습니다'],
    [{ code: 'timeout' }, '지금은 실행하지 못했습니다'],
  ])('says why nothing was run, and what to do: %j', async (outcome, words) => {
    expect(await nextAnswer(after(ko, call, { kind: 'failed', ...outcome }))).toContain(words);
  });

  test('respects a no', async () => {
    expect(await nextAnswer(after(en, call, { kind: 'closed', reason: 'denied' }))).toBe(
      'You said no, so nothing was run.',
    );
  });
});
