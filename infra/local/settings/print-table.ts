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
    Math.max(...cells.map((row) => columnsOf(row[column] ?? '')).filter((width) => width <= WIDEST)),
  );
  log('');
  for (const [name = '', address = '', kind = ''] of cells) {
    log(`  ${padded(name, widths[0] ?? 0)}  ${padded(address, widths[1] ?? 0)}  ${kind}`);
  }
  log('');
}

/** How wide a terminal shows it: a Hangul syllable takes two columns. */
const columnsOf = (text: string): number => text.length + (text.match(/[\uac00-\ud7a3]/g)?.length ?? 0);
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));
