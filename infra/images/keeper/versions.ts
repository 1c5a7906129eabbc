import { execFileSync } from 'node:child_process';

/** What this image brings, as one line of JSON; null for what is missing. Run before anything is lent (CO-7). */
console.log(
  JSON.stringify({
    node: process.version.slice(1),
    git: versionOf('git'),
    claude: versionOf('claude'),
  }),
);

function versionOf(command: string): string | null {
  try {
    const said = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? null;
  } catch {
    return null;
  }
}
