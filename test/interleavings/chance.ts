import { createHash } from 'node:crypto';

/**
 * A number from 0 to 1 that depends on the words alone. Choices are made by name and not in order of arrival: a timing that
 * differs between two runs of a seed then changes few of them.
 */
export function chanceOf(seed: number, ...words: string[]): number {
  return (
    createHash('sha256')
      .update(`${seed}/${words.join('/')}`)
      .digest()
      .readUInt32BE() /
    2 ** 32
  );
}
