import { parseArgs } from 'node:util';

export type Places = ReturnType<typeof readPlaces>;

/** Where things are inside a container. Tests name other places on the command line; a command cannot. */
export function readPlaces(argv: readonly string[] = process.argv.slice(2)) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: '/run/panager' },
      port: { type: 'string', default: '8180' },
      lending: { type: 'string', default: '/run/lending/proxy.sock' },
      counters: { type: 'string' },
    },
  });
  return {
    folder: values.folder,
    /** Anybody may talk here: the launcher claims the run, and a signal asks for the process group. */
    keeperSocket: `${values.folder}/keeper.sock`,
    /** The keeper's user only. */
    attachSocket: `${values.folder}/attach.sock`,
    forwarderPort: Number(values.port),
    lendingSocket: values.lending,
    oomCounters: values.counters === undefined ? undefined : [values.counters],
    positionals,
  };
}
