import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

/** Nearer than this to the end counts as being at the end: a thumb is not exact. */
const NEAR_PX = 48;

/**
 * Keeps a reader who is at the end of a growing list at its end, and leaves everybody else where they are. `scroller`
 * and `content` are the scrolling box and the list in it. An entry that is higher than the box is shown from its
 * beginning, unless it ends in buttons: what a person has to decide must be in view.
 */
export function useStickToBottom() {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    stuck.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);

  /** Brings an element into view; the reader is then no longer at the end, unless the element is there. */
  const reveal = useCallback((element: Element) => {
    if (!scroller.current) return;
    stuck.current = false;
    const block = isHigher(element, scroller.current) ? readingEdge(element) : 'center';
    element.scrollIntoView({ block, behavior: calm() ? 'auto' : 'smooth' });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const list = content.current;
    if (!box || !list) return;
    const observer = new ResizeObserver(() => {
      const last = list.lastElementChild;
      if (!stuck.current || !last) return;
      if (isHigher(last, box) && readingEdge(last) === 'start') last.scrollIntoView({ block: 'start' });
      else box.scrollTop = box.scrollHeight;
    });
    const onScroll = () => {
      stuck.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      setAtBottom(stuck.current);
    };
    observer.observe(box);
    observer.observe(list);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return useMemo(() => ({ scroller, content, atBottom, toBottom, reveal }), [atBottom, toBottom, reveal]);
}

const isHigher = (element: Element, box: Element) => element.getBoundingClientRect().height > box.clientHeight;

const readingEdge = (element: Element) => (element.querySelector('.actions') ? 'end' : 'start');

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
