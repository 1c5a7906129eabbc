/**
 * The key of a person who signs in by name: `Kim`, ` kim ` and `KIM` are one person, however their letters are composed
 * (Unicode NFC). Applying it twice changes nothing.
 */
export function localNameKey(name: string): string {
  return name.normalize('NFC').trim().toLowerCase().normalize('NFC');
}
