import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readContainerRows } from '../../infra/local/settings/container-rows.ts';

test('the table names the engine and its version, or says that it is missing, or nothing where containers are hidden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'panager-engine-'));
  const socket = join(folder, 'engine.sock');
  const DOCKER_HOST = `unix://${socket}`;
  const missing = [{ name: 'containers', address: 'Docker를 켜 주세요', kind: 'broken' }];
  let answer = JSON.stringify({ Components: [{ Name: 'Engine', Version: '1' }], Version: '20.10.24' });
  // A STAND-IN for an engine: it answers one question.
  const engine = createServer((_request, response) => response.end(answer));
  try {
    expect(await readContainerRows({ DOCKER_HOST })).toEqual(missing);
    await new Promise<void>((resolve) => engine.listen(socket, resolve));
    expect(await readContainerRows({ DOCKER_HOST })).toEqual([
      { name: 'containers', address: 'Docker 20.10.24', kind: 'real' },
    ]);
    answer = 'no JSON';
    expect(await readContainerRows({ DOCKER_HOST })).toEqual(missing);
    expect(await readContainerRows({ DOCKER_HOST, DEPLOYMENT: 'local' })).toEqual([]);
  } finally {
    engine.close();
    engine.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
});
