import { request } from 'node:http';
import type { Row } from './print-table.ts';
import type { Environment } from './process-environment.ts';

const WITHIN_MS = 5_000;
const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/**
 * The line of the table about containers: the engine and its version, or what to do. Nothing where they are hidden. The
 * engine belongs to this machine: none is ever started here. Never throws, as everything else runs without one.
 */
export async function readContainerRows(configured: Environment): Promise<Row[]> {
  if (configured.DEPLOYMENT === 'local') return [];
  const host = configured.DOCKER_HOST ?? DEFAULT_HOST;
  const version = await askVersion(host.replace(/^unix:\/\//, ''));
  return [
    version === null
      ? { name: 'containers', address: 'Docker를 켜 주세요', kind: 'broken' }
      : { name: 'containers', address: `Docker ${version}`, kind: 'real' },
  ];
}

/** Null when no engine answers. */
function askVersion(socketPath: string): Promise<string | null> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/version', timeout: WITHIN_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(readVersion(text)));
      response.on('error', () => resolve(null));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(null));
    asked.end();
  });
}

function readVersion(text: string): string | null {
  try {
    const { Version: version } = JSON.parse(text) as { Version?: unknown };
    return typeof version === 'string' ? version.slice(0, 40) : null;
  } catch {
    return null;
  }
}
