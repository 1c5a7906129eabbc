import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';

const CONNECT_MS = 5_000;

/**
 * What this image brings, as one line of JSON; null for what is missing. Run before anything is lent (CO-7). Given the path
 * of a socket, also whether it can be connected to from in here.
 */
const [socket] = process.argv.slice(2);
console.log(
  JSON.stringify({
    node: process.version.slice(1),
    git: versionOf('git'),
    claude: versionOf('claude'),
    ...(socket !== undefined && { reachesSocket: await canConnect(socket) }),
  }),
);

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const tried = connect({ path, timeout: CONNECT_MS });
    const end = (could: boolean) => {
      tried.destroy();
      resolve(could);
    };
    tried.once('connect', () => end(true));
    for (const event of ['error', 'timeout']) tried.once(event, () => end(false));
  });
}

function versionOf(command: string): string | null {
  try {
    const said = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? null;
  } catch {
    return null;
  }
}
