import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { repliesOver } from '../activities/support/discord-requests.ts';
import { startDiscordPeer, type DiscordPeer } from '../support/discord/peer.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { runPartsOf, startScriptedHost, type ScriptedHost } from '../workflows/support/scripted-host.ts';
import { HISTORIES, withoutMachine } from './histories.ts';
import { SCENARIOS } from './scenarios.ts';

/**
 * Lives every scenario on real servers. `RECORD_HISTORIES=1` keeps the histories: do it when a workflow's shape changes on
 * purpose, beside the old ones, which must still replay as long as such workflows may be open.
 */
const keep = process.env.RECORD_HISTORIES === '1';
silenceTemporal();

const waits = new Set(Object.values(SCENARIOS).map(({ waitMs }) => waitMs));
describe.each([...waits])('with a wait of %p ms', (waitMs) => {
  let panager: Panager;
  let discord: DiscordPeer;
  let host: ScriptedHost;
  let closeReplies: () => void;
  beforeAll(async () => {
    discord = await startDiscordPeer();
    panager = await startPanager(waitMs === undefined ? {} : { waitMs }, undefined, (heart) => {
      const { replies, close } = repliesOver(heart, discord);
      closeReplies = close;
      return { replies, ...runPartsOf(heart) };
    });
    host = await startScriptedHost(panager.heart);
  }, 120_000);
  afterAll(async () => {
    await host.close();
    await panager.close();
    closeReplies();
    await discord.stop();
  }, 60_000);
  afterEach(() => panager.forgetConnections());

  const scenarios = Object.entries(SCENARIOS).filter(([, scenario]) => scenario.waitMs === waitMs);
  test.each(scenarios)('%s can be lived', async (name, { live, open, of = 'request' }) => {
    const id = await live(panager, discord, host);
    const handle = panager.client.workflow.getHandle(`${of}-${id}`);
    if (!open) await handle.result();
    const history = await handle.fetchHistory();
    expect(history.events?.length).toBeGreaterThan(4);
    if (keep) writeFileSync(new URL(`${name}.json`, HISTORIES), withoutMachine(historyToJSON(history)));
  });
});
