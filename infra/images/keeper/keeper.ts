import { startAttachDoor } from './attach-door.ts';
import { startForwarder } from './forwarder.ts';
import { startLaunchDoor } from './launch-door.ts';
import { countOomKills } from './oom-kills.ts';
import { collectOutput } from './output.ts';
import { readPlaces } from './places.ts';
import { createSpool } from './spool.ts';
import type { Status } from './status.ts';

/*
 * The main process of a container. It has a user of its own, so that a command can neither end nor impersonate it; when
 * it ends, the container does. It lets one command start once in its life and keeps that command's output until whoever is
 * outside has stored it.
 */

const SPOOL_BYTES = 8 * 1024 * 1024;

const places = readPlaces();
// Sockets are this user's only; the one that is meant for everybody is opened explicitly.
process.umask(0o077);

const oomKillsBefore = countOomKills(places.oomCounters);
const spool = createSpool(SPOOL_BYTES);
let status: Status = { state: 'waiting' };

// First, so that whoever finds a door open finds the network too.
const forwarder = await startForwarder(places.forwarderPort, places.lendingSocket);
const output = collectOutput(places.folder, spool, () => attached.send());
const attached = await startAttachDoor(places.attachSocket, { spool, status: () => status, onRoom: output.readOn });
await startLaunchDoor(places.keeperSocket, {
  spool,
  output,
  status: () => status,
  onStatus: (next) => {
    status = next;
    attached.send();
  },
  oomKills: () => {
    const now = countOomKills(places.oomCounters);
    return now === null ? null : now - (oomKillsBefore ?? 0);
  },
});

const address = forwarder.address();
console.log(JSON.stringify({ ready: true, port: typeof address === 'object' ? address?.port : undefined }));
