import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readConfigured } from '../../infra/local/settings/configured.ts';
import { chooseGatewayPort } from '../../infra/local/settings/gateway-port.ts';
import { realParts } from '../../infra/local/settings/real-parts.ts';
import { serverVariables } from '../../infra/local/settings/server-variables.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

let folder: TemporaryFolder;
let log: string[];
beforeEach(() => {
  folder = temporaryFolder();
  log = [];
});
afterEach(() => folder.remove());

function configured(dotEnv: string, shell: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder.path, '.env'), dotEnv);
  return readConfigured(join(folder.path, '.env'), shell, (line) => log.push(line));
}

test('without .env nothing is configured, whatever else the shell holds', () => {
  expect(
    readConfigured(join(folder.path, 'none'), { PATH: '/bin', HOME: '/', AWS_SECRET: 'x' }, () => undefined),
  ).toEqual({});
});

test('the shell wins over .env, and an empty value counts as unset', () => {
  expect(configured('LOG_LEVEL=info\nMODEL=\nPORT=1\n', { LOG_LEVEL: 'debug' })).toEqual({
    LOG_LEVEL: 'debug',
    PORT: '1',
  });
});

test('servers with Docker host names belong to the compose file: all their variables are left out, and it is said', () => {
  const dotEnv = `DATABASE_URL=postgres://u:p@postgres:5432/panager
    TEMPORAL_ADDRESS=temporal:7233\nTEMPORAL_API_KEY=k\nVAULT_ADDR=http://vault:8200\nVAULT_TOKEN=t\nMODEL=m`;
  expect(configured(dotEnv)).toEqual({ MODEL: 'm' });
  expect(log.join('\n')).toMatch(/"postgres".*\n.*"temporal".*\n.*"vault"/);
  expect(log.join('\n')).not.toContain('u:p');
});

test('servers with an address or a full name are used', () => {
  const dotEnv =
    'DATABASE_URL=postgres://u:p@db.example.com/panager\nTEMPORAL_ADDRESS=10.0.0.1:7233\nVAULT_ADDR=http://localhost:8200\n';
  const result = configured(dotEnv);
  expect(Object.keys(result).sort()).toEqual(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'VAULT_ADDR']);
  expect(realParts(result)).toEqual({ postgres: true, temporal: true, vault: true, google: false });
});

test('half a configuration is a real part, so that what is missing is reported', () => {
  expect(realParts({ GOOGLE_CLIENT_SECRET: 'x', VAULT_TOKEN: 't', TEMPORAL_NAMESPACE: 'n' })).toEqual({
    postgres: false,
    vault: true,
    temporal: false,
    google: true,
  });
});

test("the gateway's address is the configured one, or localhost at its port", async () => {
  const at = (variables: Record<string, string>) => chooseGatewayPort({ choice: 'contract', configured: variables });
  expect(await at({ PORT: '18126' })).toEqual({ port: 18_126, publicUrl: 'http://localhost:18126' });
  const behindProxy = await at({ PORT: '18126', PUBLIC_URL: 'https://panager.example.com' });
  expect(behindProxy).toEqual({ port: 18_126, publicUrl: 'https://panager.example.com' });
});

test('MO-4: each process is told its own roles, and no variable that it does not read', () => {
  const each = (prefix: string) => ({
    gateway: `${prefix}-gateway`,
    orchestrator: `${prefix}-orchestrator`,
    sandbox: `${prefix}-sandbox`,
  });
  const credentials = {
    gateway: { roleId: 'gateway', secretId: 'a' },
    orchestrator: { roleId: 'orchestrator', secretId: 'b' },
    sandbox: { roleId: 'sandbox', secretId: 'c' },
  };
  const env = serverVariables(
    {
      postgres: { urls: () => ({ roles: each('database') }) },
      temporal: { address: '127.0.0.1:1' },
      openBao: { address: 'http://127.0.0.1:2', credentials },
      google: { address: 'http://127.0.0.1:3', client: { clientId: 'id', clientSecret: 'google-secret' } },
    },
    {
      mode: 'dev',
      publicUrl: 'http://localhost:8000',
      port: '8000',
      configured: { ANTHROPIC_API_KEY: 'model-key', DISCORD_CLIENT_SECRET: 'sign-in', DOCKER_HOST: 'unix:///engine' },
      workspacesRoot: '/workspaces',
    },
  );
  const told = {
    PANAGER_MODE: 'dev',
    PANAGER_EMBEDDED: 'postgres,vault,temporal',
    PANAGER_EMULATED: 'google',
    NO_PROXY: '127.0.0.1,localhost',
  };
  for (const name of ['gateway', 'orchestrator', 'sandbox'] as const) {
    const { roleId, secretId } = credentials[name];
    expect(env[name]).toMatchObject({
      ...told,
      DATABASE_URL: `database-${name}`,
      VAULT_ROLE_ID: roleId,
      VAULT_SECRET_ID: secretId,
    });
  }
  const readers = (value: string) =>
    Object.entries(env)
      .filter(([, one]) => Object.values(one).includes(value))
      .map(([name]) => name);
  expect(readers('google-secret')).toEqual(['gateway', 'orchestrator']);
  expect(readers('model-key')).toEqual(['orchestrator']);
  expect(readers('sign-in')).toEqual(['gateway']);
  expect(readers('unix:///engine')).toEqual(['sandbox']);
  expect(readers('/workspaces')).toEqual(['sandbox']);
});
