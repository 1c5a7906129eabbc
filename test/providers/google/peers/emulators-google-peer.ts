import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { createServer } from '@emulators/core';
import type { GoogleSeedConfig } from '@emulators/google';
import { googlePlugin, seedFromConfig } from '@emulators/google';

import { createBrowser, readForm } from './browser.ts';
import type { GooglePeer } from './google-peer.ts';
import { CLIENT } from './google-peer.ts';

/** It answers on paths of Google's older documentation; these are the ones of the newer. */
const ITS_PATHS: Record<string, string> = {
  '/token': '/oauth2/token',
  '/revoke': '/oauth2/revoke',
  '/v1/userinfo': '/oauth2/v2/userinfo',
};

/** Vercel's Google emulator, none of our code. It has one scope check and no denial. */
export async function startEmulatorsGooglePeer(events: GoogleSeedConfig['calendar_events'] = []): Promise<GooglePeer> {
  const front = createHttpServer();
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const { app, store } = createServer(googlePlugin, { baseUrl });
  seedFromConfig(store, baseUrl, {
    users: [{ email: 'minji@example.com', name: 'Minji Kim' }],
    oauth_clients: [
      { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [CLIENT.redirectUri] },
    ],
    calendars: [{ id: 'primary', summary: 'Minji', primary: true, user_email: 'minji@example.com' }],
    calendar_events: events,
  });

  front.on('request', (incoming, response) => {
    const url = new URL(incoming.url ?? '/', baseUrl);
    url.pathname = ITS_PATHS[url.pathname] ?? url.pathname;
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const answer = async () => {
      const body = incoming.method === 'GET' ? undefined : await text(incoming);
      const result = await app.fetch(new Request(url, { method: incoming.method, headers, body }));
      response.writeHead(result.status, [...result.headers].flat());
      response.end(Buffer.from(await result.arrayBuffer()));
    };
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  return {
    options: { ...CLIENT, baseUrl },
    rotates: false,
    async consent(authorizationUrl) {
      const browser = createBrowser(CLIENT.redirectUri);
      const { action, fields } = readForm(await browser.open(authorizationUrl));
      return (await browser.open(action, { method: 'POST', body: new URLSearchParams(fields) })).url;
    },
    async close() {
      await new Promise((resolve) => {
        front.close(resolve);
        front.closeAllConnections();
      });
    },
  };
}
