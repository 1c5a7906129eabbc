import { useCallback, useEffect, useState } from 'react';

/** Where a request is on the page. */
export const exchangeElementId = (requestId: string) => `request-${requestId}`;

/** A late answer takes nobody's words away from under their fingers. */
function isWriting(): boolean {
  const field = document.activeElement;
  return (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) && field.value !== '';
}

/** Returns the way to bring a request into view and the focus to it, also one that this very change puts on the page. */
export function useReveal(reveal: (element: Element) => void): (requestId: string) => void {
  const [target, setTarget] = useState<{ requestId: string } | null>(null);

  useEffect(() => {
    const element = target && document.getElementById(exchangeElementId(target.requestId));
    if (!element) return;
    reveal(element);
    if (!isWriting()) element.focus({ preventScroll: true });
  }, [target, reveal]);

  return useCallback((requestId) => setTarget({ requestId }), []);
}
