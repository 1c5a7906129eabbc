import { expect, test } from '@jest/globals';
import { tailOfLog } from '../../src/domain/log-tail.ts';

const tailOf = (text: string, whole = true) => tailOfLog({ text, whole });

test('a short log is told whole', () => {
  expect(tailOf('one\ntwo\n')).toEqual({ tail: 'one\ntwo', cut: false });
  expect(tailOf('')).toEqual({ tail: '', cut: false });
});

test('of a long one the last lines are told, and that there was more', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const { tail, cut } = tailOf(lines.join('\n'));
  expect(tail.split('\n')).toEqual(lines.slice(-20));
  expect(cut).toBe(true);
  expect(tailOf('the end', false)).toEqual({ tail: 'the end', cut: true });
});

test('one endless line is cut at a whole character', () => {
  const { tail, cut } = tailOf('x' + '🙂'.repeat(2_000));
  expect(tail.length).toBeLessThanOrEqual(1_200);
  expect(tail).toBe('🙂'.repeat(tail.length / 2));
  expect(cut).toBe(true);
  expect(tailOf('y' + '🙂'.repeat(2_000) + 'z').tail.isWellFormed()).toBe(true);
});

test('what a terminal would have written over or coloured is told as it looks in the end', () => {
  expect(tailOf('10%\r50%\r100%\r\n\u001b[32mok\u001b[0m \u001b]0;title\u0007done\n').tail).toBe('100%\nok done');
});
