import { SCOPES } from './scopes.ts';
import type { Provider } from './words.ts';

/** What the rest of the system must know of a tool without running it. */
export interface ToolFacts {
  provider: Provider | null;
  /** Scopes without which the call is not tried. */
  needs: readonly string[];
  /** Needed instead by a look that is there only to find what the next call changes (`toChange` in its arguments). */
  needsToChange?: readonly string[];
  writes: boolean;
}

/** `calendar.events` lets see events too: changing one begins with looking at it. */
const changesEvents = { provider: 'google', needs: [SCOPES.calendarEvents], writes: true } as const;

export const TOOLS = {
  calendar_list_events: {
    provider: 'google',
    needs: [SCOPES.calendarEventsRead],
    needsToChange: [SCOPES.calendarEvents],
    writes: false,
  },
  calendar_create_event: changesEvents,
  calendar_update_event: changesEvents,
  calendar_delete_event: changesEvents,
  // Nothing of it needs an account: the run's own repository is reached with what its host lends.
  run_in_project: { provider: null, needs: [], writes: true },
} as const satisfies Record<string, ToolFacts>;

export type ToolName = keyof typeof TOOLS;

export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(TOOLS, name);
}

/**
 * Scopes without which this call is not tried. A look that only serves a change needs what the change will need: the
 * person is asked for both at once, not for reading first and a moment later for writing.
 */
export function needsOf(tool: ToolName, stored: unknown): readonly string[] {
  const { needs, needsToChange = needs }: ToolFacts = TOOLS[tool];
  return isToChange(stored) ? needsToChange : needs;
}

function isToChange(stored: unknown): boolean {
  return typeof stored === 'object' && stored !== null && 'toChange' in stored && stored.toChange === true;
}

/** Everything that the tools of a provider may need, for connecting ahead of any request. */
export function scopesOfTools(provider: Provider): string[] {
  const facts: ToolFacts[] = Object.values(TOOLS);
  return [...new Set(facts.filter((tool) => tool.provider === provider).flatMap(({ needs }) => needs))].sort();
}
