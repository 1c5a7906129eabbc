/** How fast this machine is today: bounds of a story follow it, so that a slow machine plays the same stories. */
export interface Pace {
  /** A workflow that was told something began an activity after so many milliseconds. */
  observe(ms: number): void;
  /** A step that has not arrived anywhere after this waits for a lock or for another actor. */
  slowMs(): number;
  /** A workflow that has not begun anything after this had nothing to begin. */
  expectedMs(): number;
}

export function createPace(): Pace {
  let typicalMs = 60;
  return {
    observe(ms) {
      typicalMs = 0.9 * typicalMs + 0.1 * ms;
    },
    slowMs: () => Math.max(60, typicalMs),
    expectedMs: () => Math.max(150, 3 * typicalMs),
  };
}
