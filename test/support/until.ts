const POLL_MS = 25;

/** Waits for `look` to find something, at most `timeoutMs`. @throws what was awaited, or what `look` throws */
export async function until<T>(what: string, look: () => Promise<T | null>, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
