import { expect, test } from '@jest/globals';
import { growingEnd } from '../../src/web/growing-end.ts';

/** A box as a browser has it: what is too far is as far as it goes. */
function aBox(scrollHeight: number) {
  let top = 0;
  return {
    clientHeight: 100,
    scrollHeight,
    get scrollTop() {
      return top;
    },
    set scrollTop(to: number) {
      top = Math.max(0, Math.min(to, this.scrollHeight - this.clientHeight));
    },
  };
}

test('whoever was brought to the end is there, also when the box has grown before the browser tells', () => {
  const [box, end] = [aBox(500), growingEnd(32)];
  end.scrollTo(box);
  box.scrollHeight = 900;
  expect(end.isReached(box)).toBe(true);
  expect(end.isReached(box)).toBe(false);
});

test('whoever moves away from the end has left it, however slowly', () => {
  const [box, end] = [aBox(500), growingEnd(32)];
  end.scrollTo(box);
  expect(end.isReached(box)).toBe(true);
  box.scrollTop -= 6;
  expect(end.isReached(box)).toBe(false);
});

test('whoever comes near the end on the way down is there', () => {
  const [box, end] = [aBox(500), growingEnd(32)];
  box.scrollTop = 340;
  expect(end.isReached(box)).toBe(false);
  box.scrollTop = 370;
  expect(end.isReached(box)).toBe(true);
});

test('a box that becomes shorter keeps its reader at the end', () => {
  const [box, end] = [aBox(500), growingEnd(32)];
  end.scrollTo(box);
  end.isReached(box);
  box.scrollHeight = 300;
  box.scrollTop = 400;
  expect(end.isReached(box)).toBe(true);
});
