import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EngineUnavailable } from '../../ports/container-engine.ts';

const MAX_ERROR_LENGTH = 300;

/** Reads what an import or a build says until it ends. Throws `EngineUnavailable` when it says that it failed. */
export async function followProgress(
  said: NodeJS.ReadableStream,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<void> {
  const source = said as Readable;
  signal.addEventListener('abort', () => source.destroy(), { once: true });
  for await (const line of createInterface({ input: source, crlfDelay: Infinity })) {
    const entry = parse(line);
    if (entry['error'] !== undefined) {
      // For an operator alone: a name that no registry knows, a package that could not be installed.
      progress(`image: ${String(entry['error']).slice(0, MAX_ERROR_LENGTH)}`);
      throw new EngineUnavailable('failing');
    }
    const step = /^Step (\d+)\/(\d+) /.exec(String(entry['stream'] ?? ''));
    if (step) progress(`image: step ${step[1]} of ${step[2]}`);
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
