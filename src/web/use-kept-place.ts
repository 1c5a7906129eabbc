import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react';

/** Keeps what is being read in its place while older entries are put before it. Call `hold` just before they come. */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const held = useRef<{ element: Element; top: number } | null>(null);

  // After every render: most find nothing held and cost nothing.
  useLayoutEffect(() => {
    if (!held.current || !scroller.current) return;
    scroller.current.scrollTop += held.current.element.getBoundingClientRect().top - held.current.top;
    held.current = null;
  });

  return useCallback(() => {
    const element = content.current?.querySelector('article');
    held.current = element ? { element, top: element.getBoundingClientRect().top } : null;
  }, [content]);
}
