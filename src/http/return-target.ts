const OWN_PATHS = [/^\/$/, /^\/\?request=[0-9a-f-]{36}$/, /^\/connect\/[A-Za-z0-9_-]{22}$/];

/** A path of ours that a sign-in may lead back to. Anything else, in whatever disguise, leads to the start page. */
export function returnTarget(asked: unknown): string {
  return typeof asked === 'string' && OWN_PATHS.some((path) => path.test(asked)) ? asked : '/';
}
