/** First in, first out. An array's own shift moves all that waits: slow when that is much. */
export interface Queue<T> {
  first(): T | undefined;
  add(item: T): void;
  /** Takes away the first. */
  drop(): void;
  clear(): void;
}

export function createQueue<T>(): Queue<T> {
  let items: T[] = [];
  let dropped = 0;
  return {
    first: () => items[dropped],
    add(item) {
      items.push(item);
    },
    drop() {
      dropped += 1;
      // Not more is copied than has been dropped since the last time.
      if (dropped * 2 >= items.length) {
        items = items.slice(dropped);
        dropped = 0;
      }
    },
    clear() {
      items = [];
      dropped = 0;
    },
  };
}
