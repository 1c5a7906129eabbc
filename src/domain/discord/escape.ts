/** Zero-width and direction characters that could make a text look like another; joined emoji need U+200D, which stays. */
const DECEPTIVE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u2028\u2029]|[^\P{Cc}\n\t]/gu;

/** The same text without characters that hide or reorder others. For answers, which are read and not executed. */
export function withoutDeception(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(DECEPTIVE, '').toWellFormed();
}

/** Every control, direction and unassigned character by its code point: what is shown is all that there is (AG-1). */
export function withVisibleCharacters(text: string): string {
  return text.replaceAll(
    /[^\P{C}\n]|[\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * Somebody else's words inside one of our own lines: one line, no markup. What a backslash cannot undo in Discord's
 * markdown is left to `defang`, which comes after.
 */
export function plainWords(text: string): string {
  return withVisibleCharacters(text.replaceAll(/\s+/g, ' ').trim()).replaceAll(/[\\*_~`|>#[\]()-]/g, '\\$&');
}

/** A code block of exactly this text. Three backticks would end it, so a zero-width joiner parts them. */
export function codeBlock(text: string, language = ''): string {
  return `\`\`\`${language}\n${text.replaceAll('```', '`\u200d`\u200d`')}\n\`\`\``;
}
