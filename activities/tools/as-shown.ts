import type { z } from 'zod';
import type { CalendarEvent } from '../../src/ports/calendar.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import type { shownEvent } from './event-arguments.ts';

/**
 * A person agreed to change the event that they saw. One that has another title or start by now is another event to
 * them, and what they approved would not be what happens.
 * @throws ProviderFailure `conflict`
 */
export function assertAsShown(event: CalendarEvent, shown: z.infer<typeof shownEvent> | undefined): void {
  if (shown === undefined) return;
  const sameStart = event.start === shown.start || Date.parse(event.start) === Date.parse(shown.start);
  if (event.title !== shown.title || !sameStart) throw new ProviderFailure('conflict');
}
