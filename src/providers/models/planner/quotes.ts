const QUOTED = /"([^"]+)"|“([^”]+)”|‘([^’]+)’|「([^」]+)」|『([^』]+)』|(?<![\p{L}\d])'([^']+)'(?![A-Za-z\d])/gu;
/** One character stands for each quotation, so that nothing in it is taken for a word of the request. */
const FIRST = 0xe100;
const MARK = /[\uE100-\uE1FF]/g;

/** A text without its quotations, and the way back. */
export interface Unquoted {
  text: string;
  /** Puts the quotations back into a piece of the text, without their marks. */
  restore(piece: string): string;
}

export function unquote(words: string): Unquoted {
  const quotations: string[] = [];
  const text = words
    .normalize('NFC')
    // Characters of our own use would be taken for our marks.
    .replaceAll(/[\uE000-\uF8FF\p{Cc}\s]+/gu, ' ')
    .replaceAll(QUOTED, (...parts: unknown[]) => {
      const quotation = parts.slice(1, 7).find((part): part is string => typeof part === 'string');
      return String.fromCharCode(FIRST + quotations.push(quotation?.trim() ?? '') - 1);
    })
    .trim();
  return { text, restore: (piece) => piece.replaceAll(MARK, (mark) => quotations[mark.charCodeAt(0) - FIRST] ?? '') };
}

/** The marks of the quotations in a piece of text. */
export function quotationsIn(piece: string): string[] {
  return piece.match(MARK) ?? [];
}
