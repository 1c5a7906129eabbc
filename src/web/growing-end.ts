/**
 * The end of a box whose content grows. The browser tells of scrolling one frame late, and by then the box may have grown
 * again: whoever was brought to its end has not left it by that. Nearer than `nearPx` to the end counts as being there.
 */
export function growingEnd(nearPx: number) {
  /** Where the end was when the box was scrolled to it; null once a scroll event was looked at. */
  let reached: number | null = null;
  return {
    scrollTo(box: Element): void {
      box.scrollTop = box.scrollHeight;
      reached = box.scrollTop;
    },
    /** Whether the reader is at the end. For each scroll event, once. */
    isReached(box: Element): boolean {
      const unmoved = box.scrollTop === reached;
      reached = null;
      return unmoved || box.scrollHeight - box.scrollTop - box.clientHeight < nearPx;
    },
    /** The box is being scrolled elsewhere. */
    leave(): void {
      reached = null;
    },
  };
}
