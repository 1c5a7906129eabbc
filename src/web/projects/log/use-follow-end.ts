import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { growingEnd } from '../../growing-end.ts';

/** Nearer than this to the end counts as being at the end. */
const NEAR_PX = 32;

/**
 * Keeps whoever is at the end of a growing box at its end, until they scroll away; `content` changes with what is in the
 * box. Returns whether they are there, and the way back.
 */
export function useFollowEnd(content: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [end] = useState(() => growingEnd(NEAR_PX));
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    following.current = true;
    if (box.current) end.scrollTo(box.current);
  }, [end]);

  useLayoutEffect(() => {
    if (following.current) toEnd();
  }, [content, toEnd]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      following.current = end.isReached(element);
      setAtEnd(following.current);
    };
    const observer = new ResizeObserver(() => following.current && toEnd());
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [toEnd, end]);

  return { box, atEnd, toEnd };
}
