import { expect, test } from '@jest/globals';
import { newestList } from '../../src/web/newest-list.ts';

test('a list that was read before a piece of news is asked for again', async () => {
  const lists = [['old'], ['old'], ['new']];
  let asked = 0;
  const list = newestList(async () => {
    const answer = lists[asked++] ?? [];
    if (asked < 3) list.told();
    return answer;
  });
  expect(await list.ask()).toEqual(['new']);
  expect(asked).toBe(3);
});
