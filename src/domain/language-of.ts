import type { Language } from './words.ts';

/** The language that somebody writes in; `otherwise` for texts without letters. */
export function languageOf(text: string, otherwise: Language): Language {
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{L}/u.test(text) ? 'en' : otherwise;
}
