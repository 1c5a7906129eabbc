const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** Waits for something on the server's side of a test; bounded, and says what never happened. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`This never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
