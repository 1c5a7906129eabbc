/**
 * Lets at most `limit` pieces of work with the same key run at once in this process, in the order in which they came.
 * What would only wait for a lock in the database waits here instead, without a connection.
 */
export function createFewAtATime(limit: number) {
  const lines = new Map<string, { running: number; waiting: (() => void)[] }>();

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    if (line.running < limit) line.running += 1;
    // Whoever ends hands over its place, so the number of those who run stays the same.
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.running === 0) lines.delete(key);
    }
  };
}
