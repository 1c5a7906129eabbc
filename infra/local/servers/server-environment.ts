/**
 * The variables an embedded server inherits: none that could point it, or its command line, at another server or hand it
 * somebody's credentials.
 */
export function serverEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'USER', 'LANG'];
  const found = kept.map((name) => [name, process.env[name]] as const).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(found) as Record<string, string>;
}
