/**
 * Something that must not happen was found, and mended as far as it could be. For the operator's log: ids, names and
 * counts only.
 */
export class Alarm extends Error {
  override readonly name = 'Alarm';
}
