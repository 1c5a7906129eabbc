import { useEffect, useRef, useState } from 'react';

/**
 * The way back from consent is `/?request=<id>`. Once the conversation is there, the request is asked for (it may be
 * older than the list), the address is cleaned and `show` brings it into view. Returns the id to highlight.
 */
export function useReturningRequest(
  ready: boolean,
  find: (id: string) => Promise<void>,
  show: (id: string) => void,
): string | null {
  const [returning] = useState(() => new URLSearchParams(location.search).get('request'));
  /** Once: who comes back to the conversation later is not led to it again. */
  const asked = useRef(false);
  const [found, setFound] = useState<string | null>(null);

  useEffect(() => {
    if (!ready || returning === null || asked.current) return;
    asked.current = true;
    history.replaceState(null, '', location.pathname);
    // Not found is somebody else's or a deleted request: nothing to show, and the conversation is still useful.
    find(returning).then(
      () => {
        setFound(returning);
        show(returning);
      },
      () => undefined,
    );
  }, [ready, returning, find, show]);

  return found;
}
