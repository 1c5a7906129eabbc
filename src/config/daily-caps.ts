import { wholeNumber } from './formats.ts';
import type { DailyCaps, Mode } from './types.ts';
import type { Variables } from './variables.ts';

const NAMES = {
  requests: 'DAILY_REQUESTS',
  tokens: 'DAILY_TOKENS',
  runs: 'DAILY_RUNS',
  containerMinutes: 'DAILY_CONTAINER_MINUTES',
} as const satisfies Record<keyof DailyCaps, string>;

const FIX: Record<keyof DailyCaps, string> = {
  requests: 'Set how many requests a person may send in 24 hours, such as 200.',
  tokens: 'Set how many tokens of the model a person may use in 24 hours, such as 1000000.',
  runs: 'Set how many container runs a person may start in 24 hours, such as 20.',
  containerMinutes: 'Set how many container minutes a person may use in 24 hours, such as 120.',
};

/** MO-3: in production somebody has decided how much a person may use; a misspelt name must not mean "no cap". */
export function readDailyCaps(variables: Variables, mode: Mode | null): DailyCaps {
  const known: readonly string[] = Object.values(NAMES);
  for (const name of variables.names) {
    if (!name.startsWith('DAILY_') || known.includes(name)) continue;
    variables.fault(name, 'is not a setting of Panager.', `Set one of ${known.join(', ')}, or remove it.`);
  }
  const read = (cap: keyof DailyCaps): number | null => {
    const set = mode === 'production' ? variables.required : variables.optional;
    return set(NAMES[cap], wholeNumber(1, 999_999_999), FIX[cap]);
  };
  return {
    requests: read('requests'),
    tokens: read('tokens'),
    runs: read('runs'),
    containerMinutes: read('containerMinutes'),
  };
}
