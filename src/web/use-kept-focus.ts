import { useEffect, type RefObject } from 'react';

/**
 * A button that is disabled while it works, or that its own result replaces, takes the focus with it, and whoever uses a
 * keyboard or a screen reader is at the top of the page again. Here the focus waits on the nearest `refuge` around the
 * button, and goes back to the button when that can be used again.
 */
export function useKeptFocus(area: RefObject<HTMLElement | null>, refuge: string): void {
  useEffect(() => {
    const box = area.current;
    if (!box) return;
    let last: HTMLElement | null = null;
    let shelter: HTMLElement | null = null;

    const onFocus = ({ target }: FocusEvent) => {
      if (target === shelter || !(target instanceof HTMLElement)) return;
      last = target;
      shelter = target.closest(refuge);
    };
    const onBlur = ({ target }: FocusEvent) => {
      // Afterwards it is known whether the person left, or the element did.
      queueMicrotask(() => {
        if (target === last && canHoldFocus(last)) last = null;
      });
    };
    const observer = new MutationObserver(() => {
      if (!last || !isAdrift(document.activeElement, shelter)) return;
      if (canHoldFocus(last)) last.focus({ preventScroll: true });
      else if (document.activeElement !== shelter) shelter?.focus({ preventScroll: true });
    });

    box.addEventListener('focusin', onFocus);
    box.addEventListener('focusout', onBlur);
    observer.observe(box, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    return () => {
      box.removeEventListener('focusin', onFocus);
      box.removeEventListener('focusout', onBlur);
      observer.disconnect();
    };
  }, [area, refuge]);
}

const canHoldFocus = (element: HTMLElement | null) => element?.isConnected === true && !element.matches(':disabled');

/** Nobody chose to be there. */
const isAdrift = (active: Element | null, shelter: Element | null) =>
  active === null || active === document.body || active === shelter || active.matches(':disabled');
