import type { z } from 'zod';

/** One thing that is wrong with the settings, and what to do about it. Never holds a secret's value. */
export interface ConfigFault {
  variable: string;
  problem: string;
  fix: string;
}

/** The settings are unusable. The message lists every fault with its fix and is safe to print. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(processName: string, faults: readonly ConfigFault[]) {
    const count = faults.length === 1 ? '1 setting needs' : `${faults.length} settings need`;
    const lines = faults.map(({ variable, problem, fix }) => `  ${variable} ${problem}\n    -> ${fix}`);
    super([`The ${processName} did not start: ${count} attention.`, ...lines].join('\n'));
    this.faults = faults;
  }
}

/** The environment as a plain record, as `process.env` is. */
export type Env = Readonly<Record<string, string | undefined>>;

export type Variables = ReturnType<typeof createVariables>;

/** Reads variables one by one and collects what is wrong with them, so that all faults are reported together. */
export function createVariables(env: Env) {
  const faults: ConfigFault[] = [];

  /** An empty or blank value counts as unset: compose files and copied examples leave such lines behind. */
  const raw = (name: string): string | undefined => env[name]?.trim() || undefined;

  const fault = (variable: string, problem: string, fix: string): void => {
    faults.push({ variable, problem, fix });
  };

  /** The parsed value, null when unset. The schema's own messages are shown, so they must not repeat the value. */
  const optional = <T>(name: string, schema: z.ZodType<T, string>, fix: string): T | null => {
    const value = raw(name);
    if (value === undefined) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    fault(name, parsed.error.issues[0]?.message ?? 'cannot be read.', fix);
    return null;
  };

  /** Like `optional`, but unset is a fault. */
  const required = <T>(name: string, schema: z.ZodType<T, string>, fix: string): T | null => {
    if (raw(name) === undefined) fault(name, 'is not set.', fix);
    return optional(name, schema, fix);
  };

  return { raw, fault, optional, required, names: Object.keys(env), faults };
}

/**
 * What was built, frozen, when nothing is wrong. Parts that could not be read are null in `settings`, which is why the
 * faults are checked here and nowhere else.
 *
 * @throws ConfigError with every fault
 */
export function settled<T extends object>(
  processName: string,
  variables: Variables,
  settings: Partial<Nullable<T>>,
): T {
  if (variables.faults.length > 0) throw new ConfigError(processName, variables.faults);
  return deepFreeze(settings as T);
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
