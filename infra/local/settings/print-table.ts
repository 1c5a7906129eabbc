import type { Log } from '../local-types.ts';

export type Row = { name: string; address: string; kind: 'embedded' | 'emulated' | 'real' | 'ours' | 'broken' };

const KINDS = {
  embedded: 'embedded',
  emulated: 'emulated (ours)',
  real: 'real',
  ours: 'this checkout',
  broken: 'not working',
};

/** A link may stand out of its column, rather than push everything else off the screen. */
const WIDEST = 48;

/** One line for each part: what it is, where it answers, and whether it is the real thing. */
export function printTable(rows: readonly Row[], log: Log): void {
  const cells = [['part', 'address', 'kind'], ...rows.map((row) => [row.name, row.address, KINDS[row.kind]])];
  const widths = [0, 1].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0).filter((width) => width <= WIDEST)),
  );
  log('');
  for (const [name = '', address = '', kind = ''] of cells) {
    log(`  ${name.padEnd(widths[0] ?? 0)}  ${address.padEnd(widths[1] ?? 0)}  ${kind}`);
  }
  log('');
}
