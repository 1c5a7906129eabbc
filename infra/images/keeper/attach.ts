import { connectKeeper } from './connect-keeper.ts';
import { readPlaces } from './places.ts';

/** Carries bytes between whoever executes this (the keeper's user only) and the keeper. Ends when either side does. */
const socket = await connectKeeper(readPlaces().attachSocket);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
// A reader that went away is no fault of ours, and the keeper keeps what it did not acknowledge.
for (const stream of [socket, process.stdin, process.stdout]) stream.on('error', () => process.exit(1));
process.stdin.on('end', () => process.exit(0));
