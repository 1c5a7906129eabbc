/** Nearest-rank percentile of unsorted numbers; 0 < p <= 1. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}

export interface Row {
  what: string;
  /** Milliseconds, each measured once. */
  ours: readonly number[];
  reference: readonly number[];
}

/** What one entry of the bench has found. */
export interface Entry {
  title: string;
  rows: readonly Row[];
  notes: readonly string[];
}

/** Medians, p95 and the ratio of the medians, as lines of a table. */
export function table(rows: readonly Row[]): string[] {
  const cells = [
    ['', 'ours p50', 'p95', 'reference p50', 'p95', 'ratio'],
    ...rows.map(({ what, ours, reference }) => {
      const ratio = percentile(ours, 0.5) / percentile(reference, 0.5);
      return [what, ...both(ours), ...both(reference), ratio.toFixed(2)];
    }),
  ];
  const width = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column)))).join('  '),
  );
}

function both(values: readonly number[]): [string, string] {
  return [`${percentile(values, 0.5).toFixed(1)} ms`, `${percentile(values, 0.95).toFixed(1)} ms`];
}
