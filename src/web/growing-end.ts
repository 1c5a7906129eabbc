/**
 * The end of a box whose content grows. The browser tells of scrolling one frame late, and by then the box may have grown
 * again: whoever was brought to its end has not left it by that. Whoever comes nearer than `nearPx` is at the end; whoever
 * moves away from it has left at once, be it by a pixel, or a box that grows would hold them fast.
 */
export function growingEnd(nearPx: number) {
  /** Where the end was when the box was scrolled to it; null once a scroll event was looked at. */
  let reached: number | null = null;
  let last = 0;
  return {
    scrollTo(box: Scrolled): void {
      box.scrollTop = box.scrollHeight;
      last = reached = box.scrollTop;
    },
    /** Whether the reader is at the end. For each scroll event, once. */
    isReached(box: Scrolled): boolean {
      const isUnmoved = box.scrollTop === reached;
      const isLeaving = box.scrollTop < last;
      reached = null;
      last = box.scrollTop;
      // Positions are fractions, sizes are not.
      return isUnmoved || box.scrollHeight - box.scrollTop - box.clientHeight <= (isLeaving ? 1 : nearPx);
    },
    /** The box is being scrolled elsewhere. */
    leave(): void {
      reached = null;
    },
  };
}

type Scrolled = Pick<Element, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;
