import { processNames, type ProcessName } from '../local-types.ts';

export type Environment = Record<string, string>;

/** What every process inherits from the machine. */
const MACHINE = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
];

const EVERY = [
  ...['PANAGER_MODE', 'PANAGER_EMBEDDED', 'PANAGER_EMULATED', 'NO_PROXY', 'LOG_LEVEL', 'PUBLIC_URL', 'DEPLOYMENT'],
  ...[
    'DATABASE_URL',
    'VAULT_ADDR',
    'VAULT_ROLE_ID',
    'VAULT_ROLE_ID_FILE',
    'VAULT_SECRET_ID',
    'VAULT_SECRET_ID_FILE',
    'VAULT_TOKEN',
  ],
  ...['METRICS_PORT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
];

const PROVIDERS = [
  ...['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'GOOGLE_BASE_URL'],
  ...['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET', 'GITHUB_BASE_URL', 'GITHUB_API_URL'],
  ...['DISCORD_TOKEN', 'DISCORD_CLIENT_ID', 'DISCORD_API_URL'],
];

/** MO-4: a process is handed the variables it reads and no other, so a leak in one is not a leak of all. */
const OWN: Record<ProcessName, readonly string[]> = {
  gateway: [
    ...PROVIDERS,
    ...['PORT', 'TRUST_PROXY', 'DISCORD_CLIENT_SECRET', 'DISCORD_GATEWAY_URL'],
    ...['ALLOWED_USERS', 'ALLOWED_GUILDS', 'OPERATORS', 'CLAUDE_LOGIN'],
  ],
  orchestrator: [...PROVIDERS, 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'MODEL', 'OPERATORS'],
  sandbox: [
    'DOCKER_HOST',
    'BASE_IMAGE',
    'CLAUDE_VERSION',
    'WORKSPACES_ROOT',
    'GITHUB_BASE_URL',
    'GITHUB_API_URL',
    'ANTHROPIC_BASE_URL',
  ],
};

const PREFIXES: Record<ProcessName, readonly string[]> = {
  gateway: ['TEMPORAL_', 'DAILY_'],
  orchestrator: ['TEMPORAL_', 'DAILY_'],
  sandbox: ['TEMPORAL_', 'SANDBOX_'],
};

/** The environment of each process: the machine's, what is configured for it, and `shared`, then `own`, over that. */
export function environments(parts: {
  machine: NodeJS.ProcessEnv;
  configured: Environment;
  shared: Environment;
  own: Partial<Record<ProcessName, Environment>>;
}): Record<ProcessName, Environment> {
  return Object.fromEntries(
    processNames.map((process) => {
      const machine = pick(parts.machine, (name) => MACHINE.includes(name));
      const product = pick({ ...parts.configured, ...parts.shared, ...parts.own[process] }, (name) =>
        reads(process, name),
      );
      return [process, { ...machine, ...product }];
    }),
  ) as Record<ProcessName, Environment>;
}

/** True for the names that some process of the product reads. */
export function isProductVariable(name: string): boolean {
  return processNames.some((process) => reads(process, name));
}

function reads(process: ProcessName, name: string): boolean {
  return (
    EVERY.includes(name) || OWN[process].includes(name) || PREFIXES[process].some((prefix) => name.startsWith(prefix))
  );
}

function pick(from: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Environment {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => value !== undefined && value !== '' && wanted(name)),
  ) as Environment;
}
