import { expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { logIn } from '../../infra/local/servers/openbao.ts';
import {
  startEmulatedGoogle,
  temporalAddress,
  temporalNamespace,
  testDatabase,
  testVault,
} from '../support/servers.ts';

test('a test gets a migrated database of its own, with an address for each role', async () => {
  const database = await testDatabase();
  try {
    for (const [role, url] of Object.entries(database.roles)) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query('SELECT current_user AS "user", current_setting($1) AS durable', [
        'synchronous_commit',
      ]);
      await client.end();
      expect(rows).toEqual([{ user: `panager_${role}`, durable: 'on' }]);
    }
  } finally {
    await database.drop();
  }
});

test('every Vault role can log in, and a wrong secret id cannot', async () => {
  const { address, credentials } = testVault();
  for (const role of Object.values(credentials)) expect(await logIn(address, role)).toMatch(/^s\./);
  const wrong = { ...credentials.gateway, secretId: credentials.sandbox.secretId };
  await expect(logIn(address, wrong)).rejects.toThrow('400');
});

test('this worker has a Temporal namespace with the search attributes that operators filter by', async () => {
  const connection = await Connection.connect({ address: temporalAddress() });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: temporalNamespace(),
    });
    expect(Object.keys(customAttributes).sort()).toEqual(
      expect.arrayContaining(['PanagerStatus', 'PanagerUser', 'PanagerWaitingFor', 'PanagerWaitingSince']),
    );
  } finally {
    await connection.close();
  }
});

test('an emulated Google serves one test and is gone after it', async () => {
  const redirectUri = 'http://localhost:8000/oauth/google/callback';
  const google = await startEmulatedGoogle({ clientId: 'test-client', clientSecret: 'test-secret', redirectUri });
  expect((await fetch(`${google.address}/`)).status).toBeLessThan(500);
  await google.stop();
  await expect(fetch(`${google.address}/`)).rejects.toThrow();
});
