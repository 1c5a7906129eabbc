import { parseArgs } from 'node:util';

import { createEmulatedGoogle } from './emulated-google.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8101' },
    data: { type: 'string' },
    'client-id': { type: 'string' },
    'client-secret': { type: 'string' },
    'redirect-uri': { type: 'string', multiple: true, default: [] },
    'access-token-ttl': { type: 'string', default: '3600' },
  },
});

const { 'client-id': clientId, 'client-secret': clientSecret, data } = values;
if (!clientId || !clientSecret || !data || values['redirect-uri'].length === 0) {
  console.error(
    'Needed: --data <folder> --client-id <id> --client-secret <secret> --redirect-uri <uri> [--port <port>]',
  );
  process.exit(2);
}

const google = await createEmulatedGoogle({
  port: Number(values.port),
  dataFolder: data,
  clientId,
  clientSecret,
  redirectUris: values['redirect-uri'],
  accessTokenTtlSeconds: Number(values['access-token-ttl']),
}).catch((error: unknown) => {
  console.error(`The practice Google did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
console.log(`listening ${google.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void google.close());
}
