/**
 * Hints that something changed, for one reader: those that come while it is busy count as one. `next` resolves at once the
 * first time, so that a reader that has subscribed looks before it waits; and when `ended` is aborted.
 */
export function createChangeSignal(ended: AbortSignal) {
  let changed = true;
  let wake = (): void => {};
  const onChange = (): void => {
    changed = true;
    wake();
  };
  ended.addEventListener('abort', onChange);

  return {
    onChange,
    async next(): Promise<void> {
      if (!changed && !ended.aborted) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
  };
}
