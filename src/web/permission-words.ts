import type { Language } from '../domain/texts/page.ts';
import { scopeWords } from '../domain/texts/scopes.ts';

/** What scopes let us do, each thing once. Who may change something is not told that it may only be read, too. */
export function permissionWords(scopes: readonly string[], language: Language): string[] {
  const widest = scopes.filter((scope) => !scopes.some((other) => scope === `${other}.readonly`));
  return [...new Set(widest.map((scope) => scopeWords(scope, language)))];
}
