/**
 * Lists that carry no revision. One that was read before a piece of news, and comes after it, would put back what is gone:
 * it is asked for again. `told` is to be called with every piece of news.
 */
export function newestList<Item>(load: () => Promise<readonly Item[]>) {
  let news = 0;
  return {
    told: () => void (news += 1),
    async ask(): Promise<readonly Item[]> {
      for (;;) {
        const before = news;
        const list = await load();
        if (before === news) return list;
      }
    },
  };
}
