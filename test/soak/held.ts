/** A message between two programs that was stopped on its way. */
export interface Held {
  /** Settles when something stands still here. @throws when nothing comes in time: a minute, unless it was said */
  reached: Promise<void>;
  /** Lets it go on, or cuts its connection so that it never arrives. Safe to call when nothing is held, and twice. */
  goOn(how: HowOn): void;
}

/** What becomes of a held message. Whoever sent it may be dead by then: a network delivers late. */
export type HowOn = 'deliver' | 'drop';

const PATIENCE_MS = 60_000;

/** A hold whose two ends are told by whoever does the holding. */
export function createHeld(what: string, patienceMs = PATIENCE_MS) {
  let arrive: () => void = () => undefined;
  let decide: (how: HowOn) => void = () => undefined;
  const reached = new Promise<void>((resolve, reject) => {
    const impatient = setTimeout(() => reject(new Error(`nothing was held: ${what}`)), patienceMs).unref();
    arrive = () => {
      clearTimeout(impatient);
      resolve();
    };
  });
  // Whoever waits for it learns it; somebody who does not wait must not be told by a crash.
  reached.catch(() => undefined);
  const decided = new Promise<HowOn>((resolve) => (decide = resolve));
  const held: Held = { reached, goOn: (how) => decide(how) };
  return { held, arrive, decided };
}
