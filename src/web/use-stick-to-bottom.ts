import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

/** Nearer than this to the end counts as being at the end: a thumb is not exact. */
const NEAR_PX = 48;

/**
 * Keeps a reader who is at the end of a growing list at its end, and leaves everybody else where they are. `scroller`
 * and `content` are the scrolling box and the list in it.
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

  /** Brings an element to the middle; the reader is then no longer at the end, unless the element is there. */
  const reveal = useCallback((element: Element) => {
    stuck.current = false;
    element.scrollIntoView({ block: 'center', behavior: calm() ? 'auto' : 'smooth' });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const list = content.current;
    if (!box || !list) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current) box.scrollTop = box.scrollHeight;
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

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
