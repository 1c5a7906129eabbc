import type { CallWords } from '../call-words.ts';

/** Each value keeps its own direction: letters of one cannot reorder those of another. */
export function CallLines({ lines }: { lines: CallWords['lines'] }) {
  if (lines.length === 0) return null;
  return (
    <dl className="call-lines">
      {lines.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
