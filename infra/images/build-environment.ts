const NEEDED = /^(PATH|HOME|https?_proxy|no_proxy|npm_config_.*|node_extra_ca_certs|ssl_cert_(file|dir))$/i;

/** What a program needs to fetch parts of an image, without the secrets that this process may have in its environment. */
export function buildEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const all = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(all.filter(([name]) => NEEDED.test(name)));
}
