import { listOf, oneOf } from './formats.ts';
import type { EmbeddedPart, EmulatedPart, Mode } from './types.ts';
import type { Variables } from './variables.ts';

const OWN_VARIABLES = ['PANAGER_MODE', 'PANAGER_EMBEDDED', 'PANAGER_EMULATED'];

const INSTEAD: Record<EmbeddedPart | EmulatedPart, string> = {
  postgres: 'DATABASE_URL',
  vault: 'VAULT_ADDR, VAULT_ROLE_ID and VAULT_SECRET_ID',
  temporal: 'TEMPORAL_ADDRESS, and TEMPORAL_API_KEY or a client certificate',
  google: 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET',
  github: 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET',
};

/** Unset is production. Null when it is misspelt: then no rule of a mode is applied, so that one mistake is one fault. */
export function readMode(variables: Variables): Mode | null {
  refuseUnknown(variables);
  if (!variables.raw('PANAGER_MODE')) return 'production';
  const fix = 'Leave it out in production; `make dev` sets it by itself.';
  return variables.optional('PANAGER_MODE', oneOf('dev', 'test', 'production'), fix);
}

/** MO-1: production runs on real parts only, and is told what to set instead. */
export function readPretended(variables: Variables, mode: Mode | null) {
  const fix = 'Only `make dev` and tests set it: remove it.';
  const embedded = variables.optional('PANAGER_EMBEDDED', listOf('postgres', 'vault', 'temporal'), fix) ?? [];
  const emulated = variables.optional('PANAGER_EMULATED', listOf('google', 'github'), fix) ?? [];
  if (mode === 'production') {
    for (const part of embedded) {
      const problem = `says that ${part} is embedded, which production refuses.`;
      variables.fault('PANAGER_EMBEDDED', problem, `Remove it and set ${INSTEAD[part]}.`);
    }
    for (const part of emulated) {
      const problem = `says that ${part} is emulated, which production refuses.`;
      variables.fault('PANAGER_EMULATED', problem, `Remove it and set ${INSTEAD[part]}.`);
    }
  }
  return { embedded, emulated };
}

/** A misspelt switch must not silently mean its default. */
function refuseUnknown(variables: Variables): void {
  for (const name of variables.names) {
    if (!name.startsWith('PANAGER_') || OWN_VARIABLES.includes(name)) continue;
    const nearest = OWN_VARIABLES.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
    variables.fault(name, 'is not a setting of Panager.', `Did you mean ${nearest}? Otherwise remove it.`);
  }
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
