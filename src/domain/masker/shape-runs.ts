import type { Dictionary } from './dictionary.ts';
import { createQueue } from './queue.ts';

/** The shapes that have begun in a stream and not ended yet. Places never descend from call to call. */
export interface ShapeRuns {
  /** Whether anything runs. */
  isOpen(): boolean;
  /** Where the first begins, or `none`. */
  first(none: number): number;
  /** Each of `set` begins at `start`, its body at `body`. */
  begin(set: number, start: number, body: number): void;
  /** `byte` stands at `place`: what it cannot be part of has ended in front of it. */
  meet(byte: number, place: number): void;
  /** Whichever of `set` run have ended in front of `place`, and so has what is as long as it may be. */
  end(set: number, place: number): void;
}

interface Begun {
  start: number;
  body: number;
}

const DOT = '.'.charCodeAt(0);

/**
 * @param longestBody a body is cut there, in bytes, so that a run is bounded
 * @param find is told of each occurrence when it has ended
 */
export function createShapeRuns(
  { shapes, bodies }: Dictionary,
  longestBody: number,
  find: (start: number, end: number) => void,
): ShapeRuns {
  // No beginning of a shape contains another one of it: in each queue starts ascend as bodies do.
  const runs = shapes.map((shape, index) => ({ shape, bit: 1 << index, begun: createQueue<Begun>() }));
  /** The set of those that run. */
  let open = 0;
  /** Nothing is too long before. */
  let tooLongAt = 0;
  /** Where the last two dots stand, of those that something ran over. */
  let lastDot = -1;
  let dotBefore = -1;

  function end(set: number, place: number): void {
    if ((open & set) === 0 && place !== tooLongAt) return;
    tooLongAt = Infinity;
    for (const { shape, bit, begun } of runs) {
      const first = begun.first();
      if (first === undefined) continue;
      const { start, body } = first;
      const isOver = (set & bit) !== 0;
      if (isOver || place - body === longestBody) {
        if (place - body >= shape.least && (!shape.twoDots || dotBefore >= body)) find(start, place);
        // What is over is so for all of them at once: the first holds the others.
        if (isOver) begun.clear();
        else begun.drop();
      }
      const next = begun.first();
      if (next === undefined) open &= ~bit;
      else tooLongAt = Math.min(tooLongAt, next.body + longestBody);
    }
  }

  return {
    isOpen: () => open !== 0,
    first: (none) => runs.reduce((first, { begun }) => Math.min(first, begun.first()?.start ?? first), none),
    begin(set, start, body) {
      if (open === 0) tooLongAt = body + longestBody;
      open |= set;
      for (const { bit, begun } of runs) if ((set & bit) !== 0) begun.add({ start, body });
    },
    meet(byte, place) {
      end(~(bodies[byte] ?? 0), place);
      if (byte !== DOT) return;
      dotBefore = lastDot;
      lastDot = place;
    },
    end,
  };
}
