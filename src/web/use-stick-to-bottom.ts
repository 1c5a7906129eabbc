import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { growingEnd } from './growing-end.ts';

/** Nearer than this to the end counts as being at the end: a thumb is not exact. */
const NEAR_PX = 48;
/** Left free around an entry that is brought into view. */
const MARGIN_PX = 12;

/**
 * Keeps a reader who is at the end of a growing list at its end, and leaves everybody else where they are. `scroller`
 * and `content` are the scrolling box and the list in it. An entry that is higher than the box is shown from its
 * beginning, unless it ends in buttons: what a person has to decide must be in view. `shown` says that the box is on the
 * page; whoever comes back to it comes back to its end.
 */
export function useStickToBottom(shown: boolean) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [end] = useState(() => growingEnd(NEAR_PX));
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    stuck.current = true;
    if (scroller.current) end.scrollTo(scroller.current);
  }, [end]);

  /** Brings an element into view; the reader is then no longer at the end, unless the element is there. */
  const reveal = useCallback((element: Element) => {
    if (!scroller.current) return;
    stuck.current = false;
    end.leave();
    const edge = isHigher(element, scroller.current) ? readingEdge(element) : 'middle';
    scroller.current.scrollTo({
      top: positionOf(element, scroller.current, edge),
      behavior: calm() ? 'auto' : 'smooth',
    });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const list = content.current;
    if (!shown || !box || !list) return;
    stuck.current = true;
    const observer = new ResizeObserver(() => {
      const last = list.lastElementChild;
      if (!stuck.current || !last) return;
      const fromBeginning = isHigher(last, box) && readingEdge(last) === 'start';
      if (fromBeginning) box.scrollTop = positionOf(last, box, 'start');
      else end.scrollTo(box);
    });
    const onScroll = () => {
      stuck.current = end.isReached(box);
      setAtBottom(stuck.current);
    };
    observer.observe(box);
    observer.observe(list);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
      setAtBottom(true);
    };
  }, [shown, end]);

  return useMemo(() => ({ scroller, content, atBottom, toBottom, reveal }), [atBottom, toBottom, reveal]);
}

const isHigher = (element: Element, box: Element) => element.getBoundingClientRect().height > box.clientHeight;

const readingEdge = (element: Element) => (element.querySelector('.actions') ? 'end' : 'start');

/** Where the box has to be scrolled to. Not `scrollIntoView`, which moves what is around the box as well. */
function positionOf(element: Element, box: Element, edge: 'start' | 'middle' | 'end'): number {
  const { top, height } = element.getBoundingClientRect();
  const start = top - box.getBoundingClientRect().top + box.scrollTop;
  const room = box.clientHeight - height;
  return start - { start: MARGIN_PX, middle: room / 2, end: room - MARGIN_PX }[edge];
}

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
