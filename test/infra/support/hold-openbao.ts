import { ensureBinary } from '../../../infra/local/binaries.ts';
import { startOpenBao } from '../../../infra/local/servers/openbao.ts';

/** A supervisor of its own for a test to kill: starts OpenBao in the folder of its first argument and holds it. */
const [dataDir = ''] = process.argv.slice(2);
await startOpenBao({ dataDir, binary: await ensureBinary('bao'), choice: 'free', log: (line) => console.error(line) });
setInterval(() => undefined, 60_000);
