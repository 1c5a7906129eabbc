/** Who wants to hear of changes, by id. `announce` is fed by the database's notifications; null tells everybody. */
export function createSubscribers() {
  const subscribers = new Map<string, Set<() => void>>();

  return {
    subscribe(id: string, onChange: () => void): () => void {
      const own = subscribers.get(id) ?? new Set();
      subscribers.set(id, own.add(onChange));
      return () => {
        own.delete(onChange);
        if (own.size === 0) subscribers.delete(id);
      };
    },
    announce(id: string | null): void {
      const told = id === null ? [...subscribers.values()] : [subscribers.get(id) ?? new Set<() => void>()];
      for (const set of told) for (const onChange of set) onChange();
    },
  };
}
