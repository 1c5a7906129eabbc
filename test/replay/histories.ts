export const HISTORIES = new URL('./histories/', import.meta.url);

/** A history as JSON text without the name of the machine that recorded it. */
export function withoutMachine(history: string): string {
  return `${JSON.stringify(
    JSON.parse(history, (key, value: unknown) => (key === 'identity' ? 'recorder' : value)),
    null,
    1,
  )}\n`;
}
